//! Samples of records as expressions, and random points for them.

use std::collections::BTreeMap;

use beltrami::engine::core::{Entry, ExprId, Graph, Kernel, Node, Notation, OpId};
use beltrami::engine::exec::{EvalError, Jet, Tensor, evaluate};
use beltrami::{Drawn, Error, Sampler, Session, Style};

/// A comparison at a point: `None` where it cannot be made.
pub type Comparing<'a> = &'a mut dyn FnMut(&Values, &mut Sampler) -> Option<Result<(), String>>;

/// Values of the names at a point.
pub type Values = BTreeMap<String, Tensor<f64>>;

/// Points compared for each statement.
pub const POINTS: usize = 3;

/// A sample of a record: the operation applied to declared names.
pub struct Sample {
    /// The operation.
    pub entry: &'static Entry,
    /// Its place in the registry.
    pub op: OpId,
    /// The declarations.
    pub declarations: String,
    /// The whole call.
    pub text: String,
    /// Where the call lives.
    pub graph: Graph,
    /// The call.
    pub root: ExprId,
    /// The declared names.
    pub variables: Vec<Drawn>,
}

/// All samples of all operations; what does not read as the operation is a failure.
pub fn samples() -> Vec<Sample> {
    let session = Session::global();
    let mut all = Vec::new();
    for id in session.registry.ids() {
        let entry = session.registry.entry(id);
        assert!(!entry.op.samples.is_empty(), "{} has no samples", entry.file);
        for sample in entry.op.samples {
            let (declarations, text) = call(entry, sample);
            let loaded =
                session.load("<sample>", &text, &declarations, &[]).unwrap_or_else(|failure| {
                    panic!("{}: `{sample}`: {}", entry.file, messages(&failure))
                });
            let program = loaded.program;
            let found = program.graph.application(program.root).map(|(kernel, _)| kernel);
            // An operation that abbreviates others is gone when the text is read.
            let stands_for_itself = entry.op.kernel != Kernel::Defined;
            assert!(
                !stands_for_itself || found == Some(entry.op.kernel),
                "{}: `{sample}` is {found:?}",
                entry.file
            );
            let variables = program
                .variables
                .iter()
                .map(|v| Drawn { name: v.name.clone(), id: v.id, range: v.range })
                .collect();
            let (graph, root) = (program.graph, program.root);
            all.push(Sample { entry, op: id, declarations, text, graph, root, variables });
        }
    }
    all
}

/// What is wrong, in one line.
pub fn messages(failure: &Error) -> String {
    failure.diagnostics().iter().map(|d| d.message.as_str()).collect::<Vec<_>>().join("; ")
}

/// The declarations of a sample and the call it stands for.
fn call(entry: &Entry, sample: &str) -> (String, String) {
    if let Some((declarations, text)) = sample.split_once("=>") {
        return (declarations.trim().into(), text.trim().into());
    }
    let mut names = Vec::new();
    let mut depth = 0_i32;
    for declaration in sample.split(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    }) {
        names.extend(declaration.split(':').next().map(str::trim));
    }
    let op = entry.op;
    let name = op.name;
    let text = match op.notation {
        Notation::Call => {
            let literal = op.literal.map(|n| format!(",{n}")).unwrap_or_default();
            format!("{name}({}{literal})", names.join(","))
        }
        Notation::Infix => names.join(name),
        Notation::Prefix => format!("{name}{}", names[0]),
        Notation::Postfix => format!("{}{name}", names[0]),
        Notation::Block => format!("[{}]", names.join(&name[1..name.len() - 1])),
        Notation::Index => panic!("{}: the sample `{sample}` needs indices", entry.file),
    };
    (sample.into(), text)
}

impl Sample {
    /// What identifies the sample in a message.
    pub fn name(&self) -> String {
        format!("{}: `{}` with `{}`", self.entry.file, self.text, self.declarations)
    }

    /// The arguments of the operation.
    pub fn arguments(&self) -> Vec<ExprId> {
        self.graph.args(self.root).to_vec()
    }

    /// Whether the operation can vary with its arguments.
    pub fn varies(&self) -> bool {
        !self.variables.is_empty()
    }

    /// Runs `compare` at random points until enough of them lie in the domain; it gives `None` outside the domain.
    pub fn at_points(&self, compare: Comparing<'_>) -> Result<(), String> {
        let mut sampler = Sampler::new(11);
        let mut found = 0;
        for attempt in 0..60 {
            let style = |_: &str| Style::ALL[attempt % 4];
            let values = sampler
                .values(&self.graph, &self.variables, &BTreeMap::new(), &style)
                .ok_or("open sizes")?;
            match compare(&values, &mut sampler) {
                None => {}
                Some(outcome) => {
                    outcome?;
                    found += 1;
                }
            }
            if found == POINTS {
                return Ok(());
            }
        }
        Err(format!("only {found} points of the domain found"))
    }
}

/// The value of an expression of fixed sizes.
pub fn value(graph: &Graph, root: ExprId, values: &Values) -> Result<Tensor<f64>, EvalError> {
    evaluate(graph, root, &|_| None, &|name| values.get(name).cloned())
}

/// The derivative of an expression of fixed sizes along a direction for each name; `None` where it does not exist.
pub fn directional(
    graph: &Graph,
    root: ExprId,
    values: &Values,
    directions: &Values,
) -> Option<Tensor<f64>> {
    let mut seeds: BTreeMap<&str, Tensor<Jet<2>>> = BTreeMap::new();
    for (name, value) in values {
        seeds.insert(name, Jet::seed(value, &[directions.get(name)]).ok()?);
    }
    let jet = evaluate(graph, root, &|_| None, &|name| seeds.get(name).cloned()).ok()?;
    let part = Jet::part(&jet, 1);
    (part.data().iter().all(|x| x.is_finite())
        && Jet::part(&jet, 0).data().iter().all(|x| x.is_finite()))
    .then_some(part)
}

/// A random direction for each of these names, of the value's shape.
pub fn directions<'a>(
    values: &Values,
    names: impl IntoIterator<Item = &'a str>,
    sampler: &mut Sampler,
) -> Values {
    names
        .into_iter()
        .filter_map(|name| Some((name.to_string(), values.get(name)?)))
        .map(|(name, value)| {
            let direction = value.map(|_| sampler.uniform(-1.0, 1.0));
            (name, direction)
        })
        .collect()
}

/// The difference of two tensors relative to the larger, or to 1e-3 where both are small.
pub fn difference(a: &Tensor<f64>, b: &Tensor<f64>) -> f64 {
    if a.dims() != b.dims() {
        return f64::INFINITY;
    }
    let scale = a.data().iter().chain(b.data()).fold(1e-3_f64, |m, x| m.max(x.abs()));
    let gap = a
        .data()
        .iter()
        .zip(b.data())
        .fold(0.0_f64, |m, (x, y)| if x == y { m } else { m.max((x - y).abs()) });
    gap / scale
}

/// The sum of the products of entries.
pub fn inner(a: &Tensor<f64>, b: &Tensor<f64>) -> f64 {
    a.data().iter().zip(b.data()).map(|(x, y)| x * y).sum()
}

/// The names of variables that occur in an expression.
pub fn occurring(graph: &Graph, root: ExprId) -> Vec<String> {
    graph
        .reachable(root)
        .into_iter()
        .filter_map(|id| match graph.node(id) {
            Node::Symbol(name) => Some(name.to_string()),
            _ => None,
        })
        .collect()
}

/// Fails with all that is wrong.
pub fn none_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} statements are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
