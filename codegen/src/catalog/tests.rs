//! What correct catalogs become.
