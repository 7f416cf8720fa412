//! Input that means harm, against the real server over HTTP and standard input: the messages are tables in `tables`, one
//! case each; floods and slow peers are `floods`, both sides of every limit `limits`.

mod case;
mod floods;
mod limits;
mod process;
mod run;
mod text;
mod wire;

/// A test for each table.
macro_rules! tables {
    ($($table:ident)+) => {
        $(
            #[test]
            fn $table() {
                run::table(stringify!($table), include_str!(concat!("tables/", stringify!($table), ".toml")));
            }
        )+

        #[test]
        fn there_are_enough() {
            let tables = [$(include_str!(concat!("tables/", stringify!($table), ".toml"))),+];
            let count: usize = tables.into_iter().map(|text| case::read(text).len()).sum();
            assert!(count >= 150, "{count} cases");
        }
    };
}

tables! {
    framing keys ids batches headers sources methods media bodies sessions streams listen carried features messages
}
