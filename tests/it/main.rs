//! The one integration binary of the root package: real processes, real sockets, real clients.
