//! The table of identities, read.

use beltrami::{DeriveOptions, Form, Layout, Symmetric};

/// A row of the table.
pub struct Row {
    pub id: String,
    pub expression: String,
    pub variables: String,
    pub by: Vec<String>,
    #[allow(dead_code, reason = "plans are compared with the evaluator")]
    pub expected: String,
    pub layout: String,
}

/// All rows of the first table.
pub fn rows() -> Vec<Row> {
    read(include_str!("../../data/identities.tsv"))
}

/// All rows of the second table.
#[allow(dead_code, reason = "not every test that reads the first table reads the second")]
pub fn further_rows() -> Vec<Row> {
    read(include_str!("../../data/further.tsv"))
}

fn read(text: &str) -> Vec<Row> {
    text.lines()
        .skip(1)
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            Row {
                id: columns[0].into(),
                expression: columns[1].into(),
                variables: columns[2].into(),
                by: columns[3].split(',').map(str::to_string).collect(),
                // The table's names for the polar factor and the leading singular dyad.
                expected: columns[4].replace("svdUV(", "msign(").replace("svdU1V1(", "topdyad("),
                layout: columns[5].into(),
            }
        })
        .collect()
}

/// The sizes that the table's own verification used.
pub fn size(name: &str) -> i64 {
    match name {
        "m" => 4,
        "n" => 3,
        "p" => 5,
        _ => 2,
    }
}

impl Row {
    /// Whether the row asks for a diagnosis instead of a derivative.
    pub fn is_negative(&self) -> bool {
        self.id.starts_with("ER")
    }

    /// The variables as declarations of the language; how inputs were drawn is left out where it is no fact of the language.
    pub fn declarations(&self) -> String {
        let declared: Vec<String> = self
            .variables
            .split(';')
            .map(|declaration| {
                let (name, ty) = declaration.split_once(':').expect("a typed variable");
                let end = ty.find(')').map_or_else(
                    || ty.find(|c: char| !c.is_alphanumeric()).unwrap_or(ty.len()),
                    |p| p + 1,
                );
                let (ty, drawn) = ty.split_at(end);
                let ty = ty
                    .trim_end_matches("small")
                    .replace("rowvector", "row")
                    .replace("diagonalsmall", "diagonal");
                let fact = match drawn.trim() {
                    ">0" | "simplex" => " > 0",
                    "+-1" => " +-1",
                    "in(-1,1)" => " in (-1, 1)",
                    "in(0,1)" => " in (0, 1)",
                    _ => "",
                };
                format!("{}: {ty}{fact}", name.trim())
            })
            .collect();
        declared.join(", ")
    }

    /// The variables that the table draws with entries that add up to one.
    #[allow(dead_code, reason = "plans are compared with the evaluator")]
    pub fn simplex(&self) -> Vec<String> {
        let named = |declaration: &str| Some(declaration.split_once(':')?.0.trim().to_string());
        self.variables.split(';').filter(|d| d.ends_with("simplex")).filter_map(named).collect()
    }

    /// The options the row's layout column stands for.
    pub fn options(&self) -> DeriveOptions {
        let mut options = DeriveOptions {
            by: self.by.clone(),
            declarations: self.declarations(),
            ..DeriveOptions::default()
        };
        let layout = self.layout.as_str();
        options.order = Some(self.by.len());
        // Only the rows on structured variables state a convention; the others differentiate by all entries.
        options.symmetric = Symmetric::Ambient;
        match layout {
            _ if layout.starts_with("denominator") => options.layout = Layout::Denominator,
            _ if layout.contains("2nd derivative") => options.order = Some(2),
            _ if layout.starts_with("numerator (Jacobian") => options.form = Form::Kron,
            _ if layout.starts_with("Hessian") => {
                options.form = Form::Kron;
                options.order = Some(2);
            }
            _ if layout.starts_with("mixed Hessian") => options.form = Form::Kron,
            _ if layout.starts_with("tensor") => options.form = Form::Index,
            _ if layout.starts_with("free entries") => {
                options.symmetric = Symmetric::Free;
                options.layout = Layout::Denominator;
            }
            _ if layout.starts_with("gradient on symmetric") || layout.starts_with("diagonal") => {
                options.symmetric = Symmetric::Frobenius;
                options.layout = Layout::Denominator;
            }
            _ => {}
        }
        options
    }
}
