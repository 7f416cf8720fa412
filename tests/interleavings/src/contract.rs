//! The part of the contract that threads share.

#[path = "../../../server/runtime/contract/changes.rs"]
#[expect(dead_code, unreachable_pub, reason = "the programs use a part of it, and nobody else does")]
pub(crate) mod changes;

pub(crate) use lockstep_runtime::contract::Parsing;
