//! A second fence in front of the database: functions that any role may call and no query needs.
//!
//! The boundary is the role and the transaction. This gives clearer errors, and stops what PostgreSQL lets every role do
//! in a transaction that only reads: advisory locks, notifications, large objects, SQL inside strings.

use super::super::QueryError;

/// Functions by their full names.
const DENIED: &[&str] = &[
    "connectby",
    "crosstab",
    "crosstab2",
    "crosstab3",
    "crosstab4",
    "crosstabn",
    "cursor_to_xml",
    "cursor_to_xmlschema",
    "database_to_xml",
    "database_to_xml_and_xmlschema",
    "database_to_xmlschema",
    "lastval",
    "lo_close",
    "lo_creat",
    "lo_create",
    "lo_export",
    "lo_from_bytea",
    "lo_get",
    "lo_import",
    "lo_lseek",
    "lo_lseek64",
    "lo_open",
    "lo_put",
    "lo_tell",
    "lo_tell64",
    "lo_truncate",
    "lo_truncate64",
    "lo_unlink",
    "loread",
    "lowrite",
    "nextval",
    "pg_current_logfile",
    "pg_current_xact_id",
    "pg_export_snapshot",
    "pg_notify",
    "pg_promote",
    "pg_reload_conf",
    "pg_rotate_logfile",
    "pg_stat_file",
    "pg_stat_reset",
    "pg_switch_wal",
    "pg_wal_replay_pause",
    "pg_wal_replay_resume",
    "query_to_xml",
    "query_to_xml_and_xmlschema",
    "query_to_xmlschema",
    "schema_to_xml",
    "schema_to_xml_and_xmlschema",
    "schema_to_xmlschema",
    "set_config",
    "setseed",
    "setval",
    "table_to_xml",
    "table_to_xml_and_xmlschema",
    "table_to_xmlschema",
    "ts_rewrite",
    "ts_stat",
    "txid_current",
];

/// Functions by how their names begin.
const DENIED_PREFIXES: &[&str] = &[
    "binary_upgrade_",
    "dblink",
    "hypopg",
    "pg_advisory_",
    "pg_backup_",
    "pg_cancel_",
    "pg_create_",
    "pg_drop_",
    "pg_file_",
    "pg_log_",
    "pg_logical_",
    "pg_ls_",
    "pg_read_",
    "pg_replication_",
    "pg_sleep",
    "pg_stat_reset_",
    "pg_terminate_",
    "pg_try_advisory_",
    "xpath_table",
];

/// What a piece of the text is, as far as anybody here asks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A name or keyword, as the server folds it.
    Name(String),
    /// `U&"…"`, a name written in escapes.
    EscapedName,
    Semicolon,
    OpenParenthesis,
    Other,
}

/// The text without the semicolons that end it, or what it may not contain.
///
/// # Errors
///
/// There is no token, a denied function is called, or a name is hidden behind escapes.
pub(super) fn check(sql: &str) -> Result<&str, QueryError> {
    let sql = without_semicolons(sql);
    let mut before: Option<String> = None;
    let mut empty = true;
    for (kind, _) in Tokens::new(sql) {
        empty = false;
        match kind {
            Kind::EscapedName => {
                let message = "names in the form `U&\"…\"` are not possible; write the name in plain quotes";
                return Err(QueryError::UnsupportedSyntax { message: message.to_owned() });
            }
            Kind::OpenParenthesis => {
                if let Some(name) = before.take_if(|name| is_denied(name)) {
                    return Err(QueryError::FunctionDenied { name });
                }
            }
            _ => {}
        }
        before = if let Kind::Name(name) = kind { Some(name) } else { None };
    }
    if empty { Err(QueryError::EmptySql) } else { Ok(sql) }
}

/// A piece of a text.
#[derive(Debug)]
pub(super) struct Piece<'a> {
    /// As it is written.
    pub(super) text: &'a str,
    /// What it names, if it is a name or a keyword.
    pub(super) name: Option<String>,
}

/// All pieces of a text.
pub(super) fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut tokens = Tokens::new(sql);
    let mut pieces = Vec::new();
    while let Some((kind, start)) = tokens.next() {
        let name = if let Kind::Name(name) = kind { Some(name) } else { None };
        pieces.push(Piece { text: &sql[start..tokens.at], name });
    }
    pieces
}

/// The text up to the semicolons behind its last token; comments behind them go along.
fn without_semicolons(sql: &str) -> &str {
    let mut end = sql.len();
    let mut trailing = false;
    for (kind, start) in Tokens::new(sql) {
        match (kind, trailing) {
            (Kind::Semicolon, false) => (end, trailing) = (start, true),
            (Kind::Semicolon, true) => {}
            _ => (end, trailing) = (sql.len(), false),
        }
    }
    &sql[..end]
}

fn is_denied(name: &str) -> bool {
    DENIED.contains(&name) || DENIED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// The tokens of a text with where they start, by the rules of PostgreSQL's own scanner; white space and comments are
/// left out. What the server will refuse may come out in any way.
struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    fn new(sql: &'a str) -> Self {
        Self { sql, at: 0 }
    }

    fn rest(&self) -> &'a str {
        &self.sql[self.at..]
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) {
        self.at += self.rest().find(|c| !wanted(c)).unwrap_or(self.rest().len());
    }

    /// Skips white space and comments; tells whether a line ended.
    fn skip_space(&mut self) -> bool {
        let start = self.at;
        loop {
            self.skip_while(is_space);
            if self.rest().starts_with("--") {
                self.skip_while(|c| !matches!(c, '\n' | '\r'));
            } else if self.rest().starts_with("/*") {
                self.skip_comment();
            } else {
                return self.sql[start..self.at].contains(['\n', '\r']);
            }
        }
    }

    /// Comments nest.
    fn skip_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(c) = self.rest().chars().next() {
            if self.rest().starts_with("/*") {
                (depth, self.at) = (depth + 1, self.at + 2);
            } else if self.rest().starts_with("*/") {
                (depth, self.at) = (depth.saturating_sub(1), self.at + 2);
                if depth == 0 {
                    return;
                }
            } else {
                self.at += c.len_utf8();
            }
        }
    }

    /// Skips a string from its quote on, with the pieces that continue it on further lines.
    fn skip_string(&mut self, backslashes: bool) {
        loop {
            self.skip_quoted('\'', backslashes);
            let after = self.at;
            // Only `--` comments may stand between the pieces, and a line has to end.
            if !self.skip_lines() || !self.rest().starts_with('\'') {
                self.at = after;
                return;
            }
        }
    }

    fn skip_lines(&mut self) -> bool {
        let start = self.at;
        loop {
            self.skip_while(is_space);
            if !self.rest().starts_with("--") {
                return self.sql[start..self.at].contains(['\n', '\r']);
            }
            self.skip_while(|c| !matches!(c, '\n' | '\r'));
        }
    }

    /// Skips from one quote to the other; a doubled quote is none.
    fn skip_quoted(&mut self, quote: char, backslashes: bool) {
        self.at += 1;
        let mut characters = self.rest().char_indices().peekable();
        while let Some((index, c)) = characters.next() {
            if backslashes && c == '\\' {
                characters.next();
            } else if c == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
                self.at += index + 1;
                return;
            }
        }
        self.at = self.sql.len();
    }

    /// Skips `$tag$ … $tag$`; false where the dollar begins something else.
    fn skip_dollar_quoted(&mut self) -> bool {
        let tag = &self.rest()[1..];
        let Some(length) = tag.find(|c: char| !is_name(c) || c == '$') else { return false };
        if !tag[length..].starts_with('$') || tag.starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let delimiter = &self.rest()[..length + 2];
        let body = self.at + delimiter.len();
        self.at = self.sql[body..].find(delimiter).map_or(self.sql.len(), |end| body + end + delimiter.len());
        true
    }

    fn name(&mut self) -> Kind {
        let start = self.at;
        self.skip_while(is_name);
        let name = &self.sql[start..self.at];
        let escaped = name.eq_ignore_ascii_case("u") && self.rest().starts_with('&');
        match self.rest().chars().next() {
            // `N'…'`, `B'…'` and `X'…'` know no backslashes.
            Some('\'') if ["e", "b", "x", "n"].iter().any(|prefix| name.eq_ignore_ascii_case(prefix)) => {
                self.skip_string(name.eq_ignore_ascii_case("e"));
                Kind::Other
            }
            Some('&') if escaped && self.rest()[1..].starts_with('\'') => {
                self.at += 1;
                self.skip_string(false);
                Kind::Other
            }
            Some('&') if escaped && self.rest()[1..].starts_with('"') => {
                self.at += 1;
                self.skip_quoted('"', false);
                Kind::EscapedName
            }
            _ => Kind::Name(name.to_ascii_lowercase()),
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = (Kind, usize);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_space();
        let start = self.at;
        let c = self.rest().chars().next()?;
        let kind = match c {
            '\'' => {
                self.skip_string(false);
                Kind::Other
            }
            '"' => {
                self.skip_quoted('"', false);
                let inner = self.sql[start..self.at].trim_matches('"');
                Kind::Name(inner.replace("\"\"", "\""))
            }
            '$' if self.skip_dollar_quoted() => Kind::Other,
            _ if is_name_start(c) => self.name(),
            _ => {
                self.at += c.len_utf8();
                if c.is_ascii_digit() {
                    self.skip_while(|c| c.is_ascii_digit());
                }
                match c {
                    ';' => Kind::Semicolon,
                    '(' => Kind::OpenParenthesis,
                    _ => Kind::Other,
                }
            }
        };
        Some((kind, start))
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

fn is_name(c: char) -> bool {
    is_name_start(c) || c.is_ascii_digit() || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(sql: &str) -> Option<String> {
        match check(sql) {
            Err(QueryError::FunctionDenied { name }) => Some(name),
            other => {
                other.expect("nothing else is refused here");
                None
            }
        }
    }

    #[test]
    fn denied_calls_are_found_however_they_are_written() {
        for sql in [
            "SELECT pg_sleep(1)",
            "SELECT PG_Sleep (1)",
            "SELECT \"pg_sleep\"(1)",
            "SELECT pg_catalog . pg_sleep /* ( */ -- x\n (1)",
            "SELECT 1 FROM pg_sleep(1)",
            "SELECT * FROM ROWS FROM (pg_sleep(1))",
            "SELECT 'it''s', pg_sleep(1)",
            "SELECT E'\\'', pg_sleep(1), '",
            "SELECT '\\', pg_sleep(1)",
            "SELECT $a$ $b$ $a$, pg_sleep(1)",
            "SELECT $1, pg_sleep(1), $1",
            "SELECT /* /* */ ' */ pg_sleep(1)",
            "SELECT E'a'\n '\\'', pg_sleep(1)",
            "SELECT E'a' -- x\n '\\'', pg_sleep(1)",
            "SELECT 'a' /* \n */ '\\', pg_sleep(1), '",
            "SELECT 1pg_sleep(1)",
            "SELECT x$1$, pg_sleep(1), x$1$",
            "SELECT U&'\\', pg_sleep(1)",
            "SELECT B'1', pg_sleep(1)",
        ] {
            assert_eq!(denied(sql).as_deref(), Some("pg_sleep"), "{sql}");
        }
    }

    #[test]
    fn names_that_only_look_like_calls_pass() {
        for sql in [
            "SELECT 'pg_sleep(1)'",
            "SELECT $$pg_sleep(1)$$, $tag$ pg_sleep(1) $$ $tag$",
            "SELECT pg_sleep FROM t -- pg_sleep(1)",
            "SELECT /* pg_sleep(1) */ 1",
            "SELECT E'\\' pg_sleep(1)'",
            "SELECT E'a'\n '\\' pg_sleep(1)'",
            "SELECT \"PG_SLEEP\"(1), \"a pg_sleep\"(1)",
            "SELECT lo_total(1), my_setval(2), ts_stats(3)",
        ] {
            assert_eq!(denied(sql), None, "{sql}");
        }
    }

    #[test]
    fn names_in_escapes_are_refused() {
        for sql in ["SELECT U&\"pg\\005fsleep\"(1)", "select u&\"x\""] {
            assert!(matches!(check(sql), Err(QueryError::UnsupportedSyntax { .. })), "{sql}");
        }
        assert_eq!(check("SELECT u & \"x\""), Ok("SELECT u & \"x\""));
    }

    #[test]
    fn semicolons_at_the_end_go_and_others_stay() {
        for (sql, kept) in [
            ("SELECT 1", "SELECT 1"),
            ("SELECT 1;", "SELECT 1"),
            ("SELECT 1 ; ; -- done", "SELECT 1 "),
            ("SELECT 1; SELECT 2;", "SELECT 1; SELECT 2"),
            ("SELECT ';'", "SELECT ';'"),
            ("SELECT $$;$$", "SELECT $$;$$"),
            ("SELECT 1 -- ;", "SELECT 1 -- ;"),
            ("SELECT 1 /* ; */", "SELECT 1 /* ; */"),
            (";", ""),
        ] {
            assert_eq!(without_semicolons(sql), kept);
        }
    }

    #[test]
    fn every_text_comes_to_an_end() {
        for sql in
            ["'", "\"", "$", "$a", "$a$", "/*", "/* /* */", "E'\\", "U&\"", "u&", "é(", "1.e", "--", "$é$"]
        {
            assert!(Tokens::new(sql).count() <= sql.len(), "{sql}");
            assert!(without_semicolons(sql).len() <= sql.len());
        }
    }
}
