//! What is asked about a database's objects and statements, and what is answered, whichever engine it is.

use serde_json::Value;

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are SQL's")]
pub enum DbObjectKind {
    Schema,
    Table,
    View,
    Column,
    Index,
    Function,
    Extension,
    Sequence,
}

/// Which objects are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Kind of object.
    pub kind: DbObjectKind,
    /// Part of the name, or a pattern with `%` and `_`; whatever the case.
    pub pattern: Option<String>,
    /// Only in this schema.
    pub schema: Option<String>,
    /// Only of this table.
    pub table: Option<String>,
    /// How much of each is told.
    pub detail: Detail,
    /// At most this many, 1 to 500.
    pub limit: u32,
    /// So many are skipped first.
    pub offset: u32,
}

/// How much of an object is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// What it is called.
    #[default]
    Names,
    /// Types, columns, estimated rows, comments as well.
    Summary,
    /// The SQL that made it as well.
    Full,
}

/// The objects that were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The page that was asked for, in the order of schema, table and name.
    pub objects: Vec<DbObject>,
    /// How many match in all.
    pub total: u64,
}

/// One object. Members beyond `name` come with [`Detail`].
#[derive(Clone, Debug, PartialEq)]
pub struct DbObject {
    /// Kind of object.
    pub kind: DbObjectKind,
    /// Its name.
    pub name: String,
    /// Its schema.
    pub schema: Option<String>,
    /// The table of a column or an index.
    pub table: Option<String>,
    /// Type of a column, result type of a function.
    pub r#type: Option<String>,
    /// What its makers say of it.
    pub comment: Option<String>,
    /// Estimated rows of a table.
    pub rows: Option<u64>,
    /// Column names of a table or an index.
    pub columns: Option<Vec<String>>,
    /// The SQL that made it.
    pub definition: Option<String>,
}

/// The name of a table or view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    /// Its schema, where the caller said one.
    pub schema: Option<String>,
    /// Its own name.
    pub table: String,
}

/// A table or view as the database describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its schema.
    pub schema: String,
    /// Its name as the database spells it.
    pub name: String,
    /// Whether it is a view.
    pub is_view: bool,
    /// What its makers say of it.
    pub comment: Option<String>,
    /// Its columns in order.
    pub columns: Vec<TableColumn>,
    /// Columns of the primary key, in the key's order.
    pub primary_key: Vec<String>,
    /// Foreign keys from this table.
    pub foreign_keys: Vec<ForeignKey>,
    /// Foreign keys of other tables to this one.
    pub referenced_by: Vec<ForeignKey>,
    /// Its indexes.
    pub indexes: Vec<TableIndex>,
    /// Check, unique and exclusion constraints.
    pub constraints: Vec<TableConstraint>,
    /// How many rows it has, or about.
    pub row_estimate: Option<u64>,
    /// Bytes on disk, indexes included.
    pub size_bytes: Option<u64>,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Declared type.
    pub r#type: Option<String>,
    /// Whether it may be null.
    pub nullable: bool,
    /// The default as SQL.
    pub default: Option<String>,
    /// Whether the database computes it.
    pub generated: bool,
    /// What its makers say of it.
    pub comment: Option<String>,
}

/// One foreign key, from `table` to `referenced_table`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignKey {
    /// Its name.
    pub name: Option<String>,
    /// The table that refers.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The table that is referred to.
    pub referenced_table: String,
    /// Its columns.
    pub referenced_columns: Vec<String>,
    /// What a deletion does, such as CASCADE.
    pub on_delete: Option<String>,
}

/// One index of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableIndex {
    /// Its name.
    pub name: String,
    /// Columns, or expressions as SQL.
    pub columns: Vec<String>,
    /// Whether no two rows may be equal in them.
    pub unique: bool,
    /// The SQL that made it.
    pub definition: Option<String>,
}

/// One check, unique or exclusion constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct TableConstraint {
    /// Its name.
    pub name: Option<String>,
    /// The constraint as SQL.
    pub definition: String,
}

/// How a statement would be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The plan as the engine gives it.
    pub plan: Value,
    /// The planner's cost, where it has one.
    pub total_cost: Option<f64>,
    /// How many rows the planner expects.
    pub estimated_rows: Option<u64>,
    /// What makes the statement slow, and what would help.
    pub warnings: Vec<String>,
}
