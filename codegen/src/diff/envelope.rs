//! What early revisions leave to be understood: messages with neither `jsonrpc` nor `id`, parameters without `_meta`.

use crate::methods;
use crate::normalize::{Kind, Object, Revision, Schema};

/// `older` with the envelope spelled out, if its messages imply it and those of `newer` do not.
pub(super) fn spelled_out(older: &Revision, newer: &Revision) -> Revision {
    let mut definitions = older.definitions.clone();
    if !spells(older) && spells(newer) {
        let messages: Vec<&str> = methods::messages(older).map(|(name, ..)| name).collect();
        for (name, schema) in &mut definitions {
            let base = || newer.definitions.get(name).is_some_and(has_envelope);
            if let Kind::Object(object) = &mut schema.kind
                && object.properties.contains_key("method")
                && (messages.contains(&name.as_str()) || base())
            {
                spell_out(older, name.ends_with("Request"), object);
            }
        }
    }
    Revision { name: older.name.clone(), definitions }
}

fn spells(revision: &Revision) -> bool {
    methods::messages(revision).any(|(_, object, _)| object.properties.contains_key("jsonrpc"))
}

fn has_envelope(schema: &Schema) -> bool {
    matches!(&schema.kind, Kind::Object(object) if object.properties.contains_key("jsonrpc"))
}

fn spell_out(revision: &Revision, request: bool, message: &mut Object) {
    let (envelope, base) =
        if request { ("JSONRPCRequest", "Request") } else { ("JSONRPCNotification", "Notification") };
    for key in ["jsonrpc", "id"] {
        if let Some(schema) = property(revision.definitions.get(envelope), key) {
            message.properties.entry(key.to_owned()).or_insert_with(|| schema.clone());
            message.required.insert(key.to_owned());
        }
    }
    let meta = property(property(revision.definitions.get(base), "params"), "_meta");
    if let (Some(Schema { kind: Kind::Object(params), .. }), Some(meta)) =
        (message.properties.get_mut("params"), meta)
    {
        params.properties.entry("_meta".to_owned()).or_insert_with(|| meta.clone());
    }
}

fn property<'a>(schema: Option<&'a Schema>, name: &str) -> Option<&'a Schema> {
    match &schema?.kind {
        Kind::Object(object) => object.properties.get(name),
        _ => None,
    }
}
