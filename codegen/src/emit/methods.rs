//! The method tables as Rust, a module in each revision's, and as one page for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::{Tokens, ident, inner_doc};
use crate::methods::{Direction, Kind, Method, Table};
use crate::names::{module_name, type_name};

const ROOT: &str = "generated/wire/src";

/// Where the page for people goes.
pub(crate) const PAGE: &str = "docs/methods.md";

/// Adds a module `methods` to every revision's module, and what all of them share to the crate's root.
pub(crate) fn add(files: &mut Tokens, tables: &[Table]) {
    let revisions = tables.iter().map(|table| &table.revision);
    let modules = tables.iter().map(|table| ident(&module_name(&table.revision)));
    files.entry(format!("{ROOT}/lib.rs")).or_default().extend(quote! {
        pub use support::methods::{Direction, Kind, Method};

        /// The methods of the revision of this name, if the crate has types for it.
        pub fn methods(revision: &str) -> Option<&'static [Method]> {
            match revision {
                #(#revisions => Some(#modules::methods::METHODS),)*
                _ => None,
            }
        }
    });
    for table in tables {
        let module = module_name(&table.revision);
        files.entry(format!("{ROOT}/{module}.rs")).or_default().extend(quote! { pub mod methods; });
        files.insert(format!("{ROOT}/{module}/methods.rs"), module_tokens(table));
    }
}

fn module_tokens(table: &Table) -> TokenStream {
    let about = inner_doc(&format!("What the two sides of revision {} may send each other.", table.revision));
    let rows = table.methods.iter().map(row);
    let enums = [
        ("ClientRequests", "What a client may ask a server.", Kind::Request, Direction::ClientToServer),
        (
            "ClientNotifications",
            "What a client may tell a server.",
            Kind::Notification,
            Direction::ClientToServer,
        ),
        ("ServerRequests", "What a server may ask a client.", Kind::Request, Direction::ServerToClient),
        (
            "ServerNotifications",
            "What a server may tell a client.",
            Kind::Notification,
            Direction::ServerToClient,
        ),
    ];
    let enums = enums.map(|(name, about, kind, direction)| {
        let sent: Vec<&Method> = table
            .methods
            .iter()
            .filter(|method| {
                method.kind == kind && (method.direction == direction || method.direction == Direction::Both)
            })
            .collect();
        if sent.is_empty() {
            return TokenStream::new();
        }
        let (name, variants) = (ident(name), sent.into_iter().map(variant));
        quote! { crate::support::methods::messages!(#about #name { #(#variants)* }); }
    });
    quote! {
        #about
        crate::support::methods::table!(#(#rows)*);
        #(#enums)*
    }
}

fn row(method: &Method) -> TokenStream {
    let (name, definition) = (&method.name, type_name(&method.definition));
    let kind = ident(match method.kind {
        Kind::Request => "Request",
        Kind::Notification => "Notification",
    });
    let direction = ident(match method.direction {
        Direction::ClientToServer => "ClientToServer",
        Direction::ServerToClient => "ServerToClient",
        Direction::Both => "Both",
        Direction::Input => "Input",
    });
    let params = method.params.as_ref().map(|params| {
        let (presence, ty) = (presence(method), params.rust.as_deref().unwrap_or("Object"));
        quote! { #presence #ty }
    });
    let results = method.results.iter().map(|result| type_name(result));
    quote! { #name #kind #direction #definition (#params) (#(#results)*), }
}

fn variant(method: &Method) -> TokenStream {
    let stem =
        method.definition.strip_suffix("Request").or_else(|| method.definition.strip_suffix("Notification"));
    let (variant, name) = (ident(&type_name(stem.unwrap_or(&method.definition))), &method.name);
    let Some(params) = &method.params else { return quote! { #variant #name none, } };
    let presence = presence(method);
    let ty = params.rust.as_ref().map_or_else(
        || quote! { crate::Object },
        |rust| {
            let rust = ident(rust);
            quote! { super::#rust }
        },
    );
    quote! { #variant #name #presence(#ty), }
}

fn presence(method: &Method) -> proc_macro2::Ident {
    ident(if method.params.as_ref().is_some_and(|params| params.required) { "required" } else { "optional" })
}

/// What a reader wants to know about a method that is gone, or is another thing than it was.
const NOTES: &[(&str, &str)] = &[
    ("completion/complete", "the capability `completions` exists since 2025-03-26"),
    ("elicitation/create", "since 2026-07-28 asked for inside a result, see `input`"),
    ("initialize", "replaced by `server/discover` and the `_meta` of each request"),
    ("logging/setLevel", "replaced by `io.modelcontextprotocol/logLevel` in the `_meta` of each request"),
    ("notifications/cancelled", "since 2026-07-28 a server ends only `subscriptions/listen` with it"),
    ("notifications/elicitation/complete", "no replacement: the client repeats its request"),
    ("notifications/initialized", "gone with the handshake"),
    ("notifications/message", "since 2026-07-28 only when the request asked for a level"),
    ("notifications/roots/list_changed", "no replacement"),
    (
        "notifications/tasks/status",
        "moved to the extension `io.modelcontextprotocol/tasks`, as `notifications/tasks`",
    ),
    ("ping", "no replacement"),
    ("resources/subscribe", "replaced by `subscriptions/listen`"),
    ("resources/unsubscribe", "replaced by closing `subscriptions/listen`"),
    ("roots/list", "since 2026-07-28 asked for inside a result, see `input`"),
    ("sampling/createMessage", "since 2026-07-28 asked for inside a result, see `input`"),
    ("tasks/cancel", "moved to the extension `io.modelcontextprotocol/tasks`"),
    ("tasks/get", "moved to the extension `io.modelcontextprotocol/tasks`"),
    ("tasks/list", "no replacement"),
    ("tasks/result", "replaced by `tasks/get` of the extension `io.modelcontextprotocol/tasks`"),
    (
        "tools/call",
        "2025-11-25 may answer with a task, later ones by the extension `io.modelcontextprotocol/tasks`",
    ),
];

/// The page: one table of requests, one of notifications, a column per revision.
pub(crate) fn page(tables: &[Table]) -> String {
    let mut page = String::from(
        "<!-- Generated by `cargo xtask regen` from spec/. Do not edit. -->\n\n\
         # Methods of MCP across its revisions\n\n\
         Who may send a method in each revision: `client` to the server, `server` to the client, `both`, or `input`: the \
         server asks for it\ninside a result (`InputRequiredResult`), not with a JSON-RPC request of its own. A blank cell: \
         the revision does not have it.\n\n\
         The same tables in Rust: `lockstep_wire::v2025_11_25::methods::METHODS` and its sisters. Methods that only an \
         extension has\n(`tasks/update`, `notifications/tasks`) are in no schema, and so not here.\n",
    );
    for (title, kind) in [("Requests", Kind::Request), ("Notifications", Kind::Notification)] {
        section(&mut page, title, kind, tables);
    }
    page
}

fn section(page: &mut String, title: &str, kind: Kind, tables: &[Table]) {
    let revisions: Vec<&str> = tables.iter().map(|table| table.revision.as_str()).collect();
    let _ = writeln!(page, "\n## {title}\n\n| method | {} | since | until | note |", revisions.join(" | "));
    let _ = writeln!(page, "|{}", "---|".repeat(revisions.len() + 4));
    let by_name: Vec<BTreeMap<&str, &Method>> = tables
        .iter()
        .map(|table| {
            let of_kind = table.methods.iter().filter(|method| method.kind == kind);
            of_kind.map(|method| (method.name.as_str(), method)).collect()
        })
        .collect();
    let names: BTreeSet<&str> = by_name.iter().flat_map(|methods| methods.keys().copied()).collect();
    for name in names {
        let cells: Vec<&str> = by_name
            .iter()
            .map(|methods| methods.get(name).map_or("", |method| sender(method.direction)))
            .collect();
        let since = cells.iter().position(|cell| !cell.is_empty()).map_or("", |first| revisions[first]);
        let last = cells.iter().rposition(|cell| !cell.is_empty()).unwrap_or_default();
        let until = if last + 1 == revisions.len() { "" } else { revisions[last] };
        let note = NOTES.iter().find(|(method, _)| *method == name).map_or("", |(_, note)| note);
        let _ = writeln!(page, "| `{name}` | {} | {since} | {until} | {note} |", cells.join(" | "));
    }
}

fn sender(direction: Direction) -> &'static str {
    match direction {
        Direction::ClientToServer => "client",
        Direction::ServerToClient => "server",
        Direction::Both => "both",
        Direction::Input => "input",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_found_by_order_and_stand_once() {
        assert!(NOTES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
