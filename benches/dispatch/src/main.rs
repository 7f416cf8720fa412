//! One call through a contract of ten tools and of a thousand, side by side in one run. What counts is the ratio.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use lockstep_runtime::contract::{Context, Contract};
use lockstep_runtime::serde_json::value::RawValue;

macro_rules! many {
    ($module:ident, $contract:literal, $tools:literal) => {
        #[expect(dead_code, reason = "a client is generated as well")]
        mod $module {
            include!(concat!(env!("OUT_DIR"), "/", $contract));
            use lockstep_runtime::contract::Context;

            pub struct Many;
            include!(concat!(env!("OUT_DIR"), "/", $tools));
        }
    };
}

many!(ten, "contract_10.rs", "tools_10.rs");
many!(thousand, "contract_1000.rs", "tools_1000.rs");

const CALLS: usize = 20_000;
const ROUNDS: usize = 61;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let arguments = RawValue::from_string("{\"number\":21}".to_owned()).expect("JSON");
    let (ten, thousand) = (ten::Service(ten::Many), thousand::Service(thousand::Many));
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        // Taking turns at being first evens out what one leaves to the other.
        let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
        for which in order {
            let time = match which {
                0 => runtime.block_on(calls(&ten, 10, &arguments)),
                _ => runtime.block_on(calls(&thousand, 1000, &arguments)),
            };
            times[which].push(time);
        }
    }
    let [ten, thousand] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64() / CALLS as f64 * 1e9
    });
    println!("one call, median of {ROUNDS} rounds of {CALLS} calls:");
    println!("  10 tools    {ten:8.1} ns");
    println!("  1000 tools  {thousand:8.1} ns");
    println!("  ratio       {:8.3}", thousand / ten);
}

/// Calls the last tools: those that a search from the front would find last. Ten names take turns in both.
async fn calls(contract: &impl Contract, count: usize, arguments: &RawValue) -> Duration {
    let context = Context::default();
    let names: Vec<String> = (count - 10..count).map(|number| format!("tool_{number:04}")).collect();
    let start = Instant::now();
    for call in 0..CALLS {
        let result = contract.call_tool(&context, &names[call % 10], Some(arguments)).await;
        assert!(black_box(result).is_ok_and(|result| result.is_error.is_none()));
    }
    start.elapsed()
}
