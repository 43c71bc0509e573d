//! The table of derivative identities in `data/identities.tsv`: every row must be right in its layout and at most as long as
//! the expected form.
//!
//! Source of the table: derivative identities from the Matrix Cookbook (2012), Wikipedia's "Matrix calculus", Magnus and
//! Neudecker's "Matrix Differential Calculus", matrixcalculus.org and machine-learning practice, each verified by automatic
//! differentiation and central differences; the column `source` says which. Copied unchanged.

use crate::table;
use crate::table::{Row, further_rows, rows};
use beltrami::engine::core::{ExprId, Graph, Kernel, Node};
use beltrami::{Derivation, Drawn, Form, Sampler, Session, Style, size_names};

#[test]
fn every_identity_is_right_and_as_short_as_expected() {
    all_hold(rows());
}

/// `data/further.tsv` holds textbook forms of the same kinds that are not in the first table.
#[test]
fn every_further_identity_is_right_and_as_short_as_expected() {
    all_hold(further_rows());
}

fn all_hold(rows: Vec<Row>) {
    let mut wrong = Vec::new();
    for row in rows.into_iter().filter(|row| !row.is_negative()) {
        if let Err(reason) = check(&row) {
            wrong.push(format!(
                "{}  {}  by {}\n    {reason}",
                row.id,
                row.expression,
                row.by.join(",")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} rows fail:\n{}", wrong.len(), wrong.join("\n"));
}

fn check(row: &Row) -> Result<(), String> {
    let derivation = derive(row)?;
    let text = derivation.text();
    let residual = residual(row, &text)?;
    if residual > 1e-9 {
        return Err(format!("`{text}` differs by {residual:.1e} from `{}`", row.expected));
    }
    let again = reparsed(row, &text)?;
    if again != text {
        return Err(format!("`{text}` reads back as `{again}`"));
    }
    let (own, expected) =
        (operations(&derivation.graph, derivation.derived.expr), expected_operations(row, &text)?);
    if own > expected {
        return Err(format!("`{text}` has {own} operations, `{}` has {expected}", row.expected));
    }
    Ok(())
}

fn derive(row: &Row) -> Result<Derivation, String> {
    let mut derived = Session::global()
        .derive("<expression>", &row.expression, &row.options())
        .map_err(|failure| {
            failure.diagnostics().iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("; ")
        })?;
    let derivation = derived.remove(0);
    if row.options().form != Form::Matrix && derivation.derived.form != row.options().form {
        return Err("not in the form asked for".into());
    }
    if let Some(warning) = derivation.warnings.iter().find(|w| w.code.id == "W0103") {
        return Err(warning.message.clone());
    }
    Ok(derivation)
}

/// The largest relative difference between the derivative and the expected expression at three random points.
fn residual(row: &Row, text: &str) -> Result<f64, String> {
    let declarations = row.declarations();
    let session = Session::global();
    let load = |text: &str| {
        session.load("<test>", text, &declarations, &row.by).map_err(|failure| {
            format!(
                "`{text}`: {}",
                failure
                    .diagnostics()
                    .iter()
                    .map(|d| d.message.clone())
                    .collect::<Vec<_>>()
                    .join("; ")
            )
        })
    };
    // Subtracting settles the sizes of constants such as `matrix(1)` in the expected form.
    let difference = load(&format!("({text}) - ({})", row.expected))?.program;
    let (own, expected) = match difference.graph.node(difference.root) {
        Node::Apply(_, args) if args.len() == 2 => (args[0], args[1]),
        _ => return Err("the difference is no difference".into()),
    };
    let variables: Vec<Drawn> = difference
        .variables
        .iter()
        .map(|v| Drawn { name: v.name.clone(), id: v.id, range: v.range })
        .collect();
    let mut roots: Vec<ExprId> = vec![difference.root];
    roots.extend(variables.iter().map(|v| v.id));
    let sizes = size_names(&difference.graph, &roots);
    let sizes = sizes.into_iter().map(|name| (name.clone(), table::size(&name))).collect();
    let mut sampler = Sampler::new(7);
    let mut worst = 0.0_f64;
    let mut found = 0;
    for attempt in 0..80 {
        let style = |_: &str| Style::ALL[attempt % 4];
        let mut values =
            sampler.values(&difference.graph, &variables, &sizes, &style).ok_or("no sizes")?;
        for name in row.simplex() {
            // The expected form uses that these entries add up to one, which the language has no fact for.
            if let Some(value) = values.get_mut(&name) {
                let sum: f64 = value.data().iter().sum();
                *value = value.map(|x| x / sum);
            }
        }
        let evaluate = |root| {
            beltrami::engine::exec::evaluate(
                &difference.graph,
                root,
                &|n| sizes.get(n).copied(),
                &|n| values.get(n).cloned(),
            )
        };
        let (Ok(a), Ok(b)) = (evaluate(own), evaluate(expected)) else { continue };
        let scale = b.data().iter().fold(1e-3_f64, |m, x| m.max(x.abs()));
        if scale.is_nan() || scale >= 1e6 {
            continue;
        }
        let gap = a.data().iter().zip(b.data()).fold(0.0_f64, |m, (x, y)| m.max((x - y).abs()));
        worst = worst.max(gap / scale);
        found += 1;
        if found == 3 {
            return Ok(worst);
        }
    }
    Err("no point found".into())
}

fn reparsed(row: &Row, text: &str) -> Result<String, String> {
    let loaded =
        Session::global().load("<test>", text, &row.declarations(), &[]).map_err(|failure| {
            format!(
                "`{text}` does not read: {}",
                failure
                    .diagnostics()
                    .iter()
                    .map(|d| d.message.clone())
                    .collect::<Vec<_>>()
                    .join("; ")
            )
        })?;
    Ok(beltrami::engine::print::text(&loaded.program.graph, loaded.program.root))
}

fn expected_operations(row: &Row, text: &str) -> Result<usize, String> {
    let joined = format!("({text}) - ({})", row.expected);
    let loaded = Session::global()
        .load("<test>", &joined, &row.declarations(), &[])
        .map_err(|_| "does not read".to_string())?;
    let args = loaded.program.graph.args(loaded.program.root);
    args.get(1)
        .map(|id| operations(&loaded.program.graph, *id))
        .ok_or_else(|| "no difference".into())
}

/// The number of operations a reader sees: every operator sign and function name, constants of a size counted as names.
fn operations(graph: &Graph, root: ExprId) -> usize {
    let own = match graph.application(root) {
        None | Some((Kernel::Eye | Kernel::Ones | Kernel::Zeros, _)) => return 0,
        Some(_) => 1,
    };
    own + graph.args(root).iter().map(|arg| operations(graph, *arg)).sum::<usize>()
}
