//! Typed values out of strings: parameters of an address, arguments of a prompt.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::arguments::{Parsing, correction, typed};
use super::check::Check;
use super::error::ErrorDetail;
use super::problem::Path;
use super::protocol_error::ResourceError;
use super::rule::{Presence, Rule, Typed};

/// The typed parameters of an address: strings become what the catalog says they are.
///
/// # Errors
///
/// [`ResourceError::InvalidParameter`] with all that is wrong.
pub fn parameters<T: Typed + DeserializeOwned>(
    matched: &[(&'static str, String)],
) -> Result<T, ResourceError> {
    let map = matched.iter().map(|(name, text)| ((*name).to_owned(), Value::from(text.as_str()))).collect();
    from_strings(map).map_err(|detail| ResourceError::InvalidParameter(*detail))
}

/// Types an object of strings. An empty string for what may be left out and cannot be empty counts as left out.
pub(super) fn from_strings<T: Typed + DeserializeOwned>(
    mut map: Map<String, Value>,
) -> Result<T, Box<ErrorDetail>> {
    let members = match T::RULE.resolve() {
        Rule::Object(members) => *members,
        _ => &[],
    };
    for member in members {
        let Some(Value::String(text)) = map.get(member.name) else { continue };
        let read = match member.rule.resolve() {
            Rule::Integer { .. } | Rule::Number { .. } | Rule::Boolean => serde_json::from_str(text).ok(),
            _ => None,
        };
        let droppable = text.is_empty() && member.presence != Presence::Required;
        if let Some(value @ (Value::Bool(_) | Value::Number(_))) = read {
            map.insert(member.name.to_owned(), value);
        } else if droppable && !member.rule.resolve().fits_text("") {
            map.remove(member.name);
        }
    }
    let mut check = Check::new(Parsing::Repair);
    check.members(&mut map, members, None, &Path::Root, None);
    let typed = check.finish().and_then(|()| typed(Value::Object(map)));
    typed.map_err(|problems| Box::new(correction(&problems, None, "argument")))
}
