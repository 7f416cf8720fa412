//! Random numbers that a seed determines (SplitMix64).

/// Names the variable that sets the seed.
const SEED: &str = "LOCKSTEP_SEED";

/// A seed for this run: the one that is asked for, or any. Printed, so that a failure can be had again.
pub(crate) fn seed() -> u64 {
    let wanted = std::env::var(SEED).ok().map(|seed| seed.parse().expect("the seed is a number"));
    let any = || {
        let now = std::time::UNIX_EPOCH.elapsed().expect("it is after 1970");
        now.as_nanos() as u64
    };
    let seed = wanted.unwrap_or_else(any);
    eprintln!("{SEED}={seed}");
    seed
}

#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of part `part` of a run with this seed.
    pub(crate) fn new(seed: u64, part: u64) -> Self {
        let mut random = Self(seed ^ part.wrapping_mul(0xd1b5_4a32_d192_ed03));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number less than `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn coin(&mut self) -> bool {
        self.below(2) == 0
    }

    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
