//! What a server says beside its answer: one line each on stderr.

use serde_json::Value;

use super::show::note_as;

/// Shows a notification; those that only a client with a memory needs are passed over.
pub(super) fn show(method: &str, params: &Value) {
    match method {
        "notifications/message" => {
            let level = params["level"].as_str().unwrap_or("log");
            let logger = params["logger"].as_str().map(|logger| format!(" {logger}")).unwrap_or_default();
            note_as(&format!("{level}{logger}"), &text(&params["data"]));
        }
        "notifications/progress" => note_as("progress", &progress(params)),
        _ => {}
    }
}

fn progress(params: &Value) -> String {
    let done = &params["progress"];
    let of = params.get("total").filter(|total| total.is_number());
    let of = of.map(|total| format!(" of {total}")).unwrap_or_default();
    let message = params["message"].as_str().map(|message| format!(": {message}")).unwrap_or_default();
    format!("{done}{of}{message}")
}

fn text(data: &Value) -> String {
    data.as_str().map_or_else(|| data.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn progress_is_one_line() {
        let check = |params: Value, expected: &str| assert_eq!(progress(&params), expected);
        check(json!({ "progress": 1, "total": 4, "message": "reading" }), "1 of 4: reading");
        check(json!({ "progress": 0.5 }), "0.5");
    }
}
