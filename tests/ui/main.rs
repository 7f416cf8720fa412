//! What the compiler says to those who implement the tools.
