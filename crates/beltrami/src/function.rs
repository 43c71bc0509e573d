//! Expressions as functions of numbers, compiled once and called many times.

use std::collections::BTreeMap;

use beltrami_core::{ExprId, Graph, Space, Structure};
use beltrami_diag::{Code, Diagnostic, Error, Sources, codes, nearest};
use beltrami_exec::{EvalError, Explanation, PlanOptions};

use crate::data::{Array, ArrayView, describe};
use crate::eval::threads;
use crate::planned::Planned;
use crate::sample::size_names;
use crate::space::departing;

/// An expression compiled for given sizes: a function of arrays that can be called again and again.
///
/// [`Function::call`] takes arrays by name; [`Function::call_into`] takes entries, writes to memory of the caller, and
/// allocates nothing from the second call on.
///
/// ```
/// let mut square = beltrami::Problem::parse("t^2")?.with("t: scalar")?.compile([])?;
/// let mut result = [0.0];
/// for t in [2.0, 3.0] {
///     square.call_into(&[&[t]], &mut result)?;
///     assert_eq!(result, [t * t]);
/// }
/// # Ok::<(), beltrami::Error>(())
/// ```
///
/// It is made by [`Problem::compile`](crate::Problem::compile) and [`Derivative::compile`](crate::Derivative::compile), which
/// compare the compiled program with an evaluator that shares no code with it; where both differ the evaluator is taken, and
/// [`Function::warning`] says so.
pub struct Function {
    planned: Planned,
    axes: Vec<usize>,
    /// Of each argument the type that is declared for it, where a call can see whether it has that.
    structures: Vec<Option<&'static Structure>>,
    sources: Sources,
}

/// An argument of a function: its name and its sizes, rows and columns; a scalar is 1×1 and a vector of n entries n×1.
pub use beltrami_exec::Input;

impl Function {
    /// Compiles an expression of a graph for these sizes.
    pub(crate) fn new(
        graph: &Graph,
        root: ExprId,
        two_dimensional: bool,
        ranges: &dyn Fn(&str) -> Option<(f64, f64)>,
        sizes: &BTreeMap<String, i64>,
        sources: &Sources,
    ) -> Result<Function, Error> {
        let size = |name: &str| sizes.get(name).copied();
        let structure = |name: &str| {
            let symbol = graph.find_symbol(name).filter(|id| !graph.shape(*id).is_scalar())?;
            Structure::of(graph.facts(symbol))
        };
        // To see that a matrix is orthogonal takes as long as solving with any other, so that nothing is gained by it.
        let is_seen = |structure: &&Structure| structure.space != Space::Rotations;
        let rough = graph.symbols().map(|(name, _)| name.to_string());
        let rough = rough.filter(|name| structure(name).is_some_and(|s| !is_seen(&s))).collect();
        let options = PlanOptions { threads: threads(), rough, ..PlanOptions::default() };
        let planned = Planned::compile(graph, &[root], ranges, &size, &options)
            .map_err(|error| failed(&codes::E0503, error.to_string(), sources))?;
        let shape = graph.shape(root);
        let axes = match planned.outputs() {
            [dims] if two_dimensional => dims.clone(),
            _ if shape.is_scalar() => Vec::new(),
            [dims] if shape.is_vector() => vec![dims[0]],
            [dims] => dims.clone(),
            _ => Vec::new(),
        };
        let structures = planned.inputs().iter().map(|input| structure(&input.name));
        let structures = structures.map(|found| found.filter(is_seen)).collect();
        Ok(Function { planned, axes, structures, sources: sources.clone() })
    }

    /// The arguments, in the order in which [`Function::call_into`] takes them.
    pub fn inputs(&self) -> &[Input] {
        self.planned.inputs()
    }

    /// The sizes of the result: none for a scalar, one for a vector, two for a matrix.
    pub fn shape(&self) -> &[usize] {
        &self.axes
    }

    /// What a call does, step by step with its flops; `None` where the evaluator took the place of a plan that differed.
    pub fn explain(&self) -> Option<Explanation> {
        self.planned.explain()
    }

    /// What the comparison with the evaluator found, where it found something.
    pub fn warning(&self) -> Option<Diagnostic> {
        self.planned.warning()
    }

    /// The value at arguments by name; names that the expression does not need are left aside.
    ///
    /// A scalar is a number, a vector or a row is a list, a matrix has two axes, as in NumPy; a column may have the two axes
    /// n×1. Entries of any precision are computed with in double precision.
    ///
    /// ```
    /// use beltrami::{Array, Problem};
    ///
    /// let mut f = Problem::parse("A*x")?.compile([("m", 2), ("n", 3)])?;
    /// let a = Array::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// let x = Array::from(vec![1.0_f32, 0.0, -1.0]);
    /// assert_eq!(f.call([("A", &a), ("x", &x)])?, Array::from(vec![-2.0, -2.0]));
    ///
    /// let turned = f.call([("A", &x), ("x", &x)]).unwrap_err();
    /// assert_eq!(turned.diagnostics()[0].message, "`A` is 2×3, and a list of 3 is given");
    /// # Ok::<(), beltrami::Error>(())
    /// ```
    ///
    /// # Errors
    /// E0601 for an argument that is missing, E0602 for one of another size, E0604 for one that is not of its declared type,
    /// E0503 where the value is not finite.
    pub fn call<'a, A: Into<ArrayView<'a>>>(
        &mut self,
        arguments: impl IntoIterator<Item = (&'a str, A)>,
    ) -> Result<Array, Error> {
        let given: BTreeMap<&str, ArrayView<'a>> =
            arguments.into_iter().map(|(name, array)| (name, array.into())).collect();
        let inputs = self.planned.inputs().iter().map(|input| {
            let array = given.get(&*input.name).ok_or_else(|| {
                let near = nearest(&input.name, given.keys().copied());
                let hint = match near {
                    Some(near) => format!("`{near}` is given; the expression has `{}`", input.name),
                    None => String::from("give an array for every name of the expression"),
                };
                let missing =
                    Diagnostic::error(&codes::E0601, format!("no data for `{}`", input.name));
                Error::refused(missing.hint(hint), &self.sources)
            })?;
            match is_of(array.shape(), &input.dims) {
                true => Ok(array.to_f64()),
                false => {
                    let (name, expected) = (&input.name, describe(&input.dims));
                    let given = describe(array.shape());
                    let text = format!("`{name}` is {expected}, and {given} is given");
                    Err(refused(&codes::E0602, text, &self.sources))
                }
            }
        });
        let inputs = inputs.collect::<Result<Vec<_>, Error>>()?;
        let inputs: Vec<&[f64]> = inputs.iter().map(|entries| &**entries).collect();
        let mut result = vec![0.0; self.axes.iter().product()];
        self.call_into(&inputs, &mut result)?;
        Array::new(self.axes.clone(), result)
    }

    /// The value at arguments in the order of [`Function::inputs`], entries row by row, written to `result`; from the second
    /// call on nothing is allocated.
    ///
    /// # Errors
    /// E0602 for arguments of other sizes or of another number, or a result of another size, E0604 for an argument that is not
    /// of its declared type, E0503 where the value is not finite.
    pub fn call_into(&mut self, arguments: &[&[f64]], result: &mut [f64]) -> Result<(), Error> {
        self.fits(arguments, result.len())?;
        self.planned
            .run(arguments, &mut [result])
            .map_err(|error: EvalError| failed(&codes::E0503, error.to_string(), &self.sources))
    }

    fn fits(&self, arguments: &[&[f64]], result: usize) -> Result<(), Error> {
        let inputs = self.planned.inputs();
        let wrong = |text: String| Err(refused(&codes::E0602, text, &self.sources));
        if arguments.len() != inputs.len() {
            return wrong(format!(
                "{} arguments are given to a function of {}",
                arguments.len(),
                inputs.len()
            ));
        }
        for (input, given) in inputs.iter().zip(arguments) {
            let expected: usize = input.dims.iter().product();
            if given.len() != expected {
                return wrong(format!(
                    "`{}` has {} entries where {} are expected, {:?} row by row",
                    input.name,
                    given.len(),
                    expected,
                    input.dims
                ));
            }
        }
        for ((input, given), structure) in inputs.iter().zip(arguments).zip(&self.structures) {
            let departs =
                structure.and_then(|s| Some((s, departing(s.space, given, input.dims[0])?)));
            if let Some((structure, (i, j))) = departs {
                let (row, column) = (i + 1, j + 1);
                let text = format!(
                    "`{}` is declared {}, and its entry in row {row} and column {column} is {}; correct it, or declare less",
                    input.name,
                    structure.name,
                    given[i * input.dims[0] + j]
                );
                return Err(refused(&codes::E0604, text, &self.sources));
            }
        }
        let expected: usize = self.axes.iter().product();
        if result != expected {
            return wrong(format!(
                "the result has {expected} entries, and there is room for {result}"
            ));
        }
        Ok(())
    }
}

/// Whether an array of this shape is an argument of these dimensions.
fn is_of(shape: &[usize], dims: &[usize]) -> bool {
    match (shape, dims) {
        ([], [1, 1]) => true,
        ([n], [rows, 1]) => n == rows,
        ([n], [1, cols]) => n == cols,
        _ => shape == dims,
    }
}

/// Numbers for all sizes that the expression mentions.
pub(crate) fn sizes_of<'a>(
    graph: &Graph,
    roots: &[ExprId],
    given: impl IntoIterator<Item = (&'a str, usize)>,
    sources: &Sources,
) -> Result<BTreeMap<String, i64>, Error> {
    let names = size_names(graph, roots);
    let mut sizes = BTreeMap::new();
    for (name, size) in given {
        let Some(n) =
            i64::try_from(size).ok().filter(|n| *n >= 0 && names.iter().any(|known| known == name))
        else {
            let known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let hint = match known.as_slice() {
                [] => String::from("the expression has no size to be chosen"),
                known => format!("the sizes are {}", known.join(", ")),
            };
            let diagnostic =
                Diagnostic::error(&codes::E0302, format!("`{name}` is no size of the expression"));
            return Err(Error::refused(diagnostic.hint(hint), sources));
        };
        sizes.insert(name.to_owned(), n);
    }
    if let Some(open) = names.iter().find(|name| !sizes.contains_key(*name)) {
        let diagnostic =
            Diagnostic::error(&codes::E0601, format!("nothing says how large `{open}` is"));
        let hint = format!("give it: (\"{open}\", 3)");
        return Err(Error::refused(diagnostic.hint(hint), sources));
    }
    Ok(sizes)
}

fn refused(code: &'static Code, text: String, sources: &Sources) -> Error {
    Error::refused(Diagnostic::error(code, text), sources)
}

fn failed(code: &'static Code, text: String, sources: &Sources) -> Error {
    Error::failed(Diagnostic::error(code, text), sources)
}
