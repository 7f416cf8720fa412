//! Nothing but tests: compilers and validators that nobody here wrote read `generated/exports`.
#![forbid(unsafe_code)]
