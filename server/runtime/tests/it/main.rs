//! The engine and its transports, served with a small contract written by hand.

mod asking;
mod contract;
mod contract_arguments;
mod contract_formats;
mod contract_oracle;
mod contract_rest;
mod contract_types;
mod contract_uri;
mod days;
mod engine;
mod guard;
mod http;
mod json;
mod resumption;
mod revisions;
mod stdio;
mod talker;
