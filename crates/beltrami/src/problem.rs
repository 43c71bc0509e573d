//! The front door: a problem in words, its derivatives, and both as functions of numbers.

use std::fmt;

use beltrami_calculus::{Form, Layout, Symmetric};
use beltrami_diag::Diagnostic;
use beltrami_stop::Stop;

use crate::check::Checked;
use crate::conditions::Conditions;
use crate::derivation::{Derivation, DeriveOptions};
use crate::function::{Function, sizes_of};
use crate::session::{Loaded, Parsed, Session};
use beltrami_diag::Error;

/// An expression or program of the language, with what is declared of its names.
///
/// What goes wrong is an [`Error`](crate::Error): its [`kind`](crate::Error::kind) says who can do something about it, its
/// [`diagnostics`](crate::Error::diagnostics) say what.
///
/// ```
/// use beltrami::{Array, Problem};
///
/// let problem = Problem::parse("norm2(A*x - y)^2")?.with("A: matrix(m,n), x: vector(n), y: vector(m)")?;
/// let gradient = problem.derivative("x")?;
/// assert_eq!(gradient.to_string(), "2*(A*x - y)'*A");
/// assert!(gradient.checked().max_rel_error < 1e-9);
///
/// let mut f = gradient.compile([("m", 2), ("n", 1)])?;
/// let (a, x, y) = (Array::from([[1.0], [2.0]]), Array::from(vec![3.0]), Array::from(vec![0.0, 0.0]));
/// let g = f.call([("A", &a), ("x", &x), ("y", &y)])?;
/// assert_eq!(g, Array::new(vec![1, 1], vec![30.0])?);
/// # Ok::<(), beltrami::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Problem {
    text: String,
    declarations: String,
}

/// How a derivative is taken and written.
///
/// ```
/// use beltrami::{DerivativeOptions, Layout, Problem};
///
/// let columns = DerivativeOptions { layout: Layout::Denominator, ..DerivativeOptions::default() };
/// let gradient = Problem::parse("x'*A*x")?.derivative_with(&["x"], &columns)?;
/// assert_eq!(gradient.to_string(), "(A + A')*x");
/// # Ok::<(), beltrami::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct DerivativeOptions {
    /// How often it is taken; 1 where nothing is said.
    pub order: Option<usize>,
    /// Rows or columns for the variable.
    pub layout: Layout,
    /// A matrix, a Kronecker matrix, an array with an axis an index, or a linear map.
    pub form: Form,
    /// What derivatives by symmetric and other structured matrices are.
    pub symmetric: Symmetric,
    /// The seed of the random points of the comparison, 1 where nothing is said.
    pub seed: Option<u64>,
    /// What ends it before there is a result.
    pub stop: Stop,
}

impl Problem {
    /// Reads an expression, or a program with a line for each name.
    ///
    /// Shapes are looked at where they are needed, once all declarations are known. Names without a declaration are given one
    /// by their letters and their use; see [`Derivative::assumed`].
    ///
    /// # Errors
    /// Everything that is wrong with the syntax, with its places.
    pub fn parse(text: impl Into<String>) -> Result<Problem, Error> {
        Problem { text: text.into(), declarations: String::new() }.read()
    }

    /// The same with declarations: `A: matrix(m,n), x: vector(n) > 0`.
    ///
    /// # Errors
    /// Everything that is wrong with the syntax of the declarations.
    pub fn with(self, declarations: impl AsRef<str>) -> Result<Problem, Error> {
        let known = match self.declarations.as_str() {
            "" => String::new(),
            known => format!("{known}, "),
        };
        Problem { declarations: known + declarations.as_ref(), ..self }.read()
    }

    fn read(self) -> Result<Problem, Error> {
        Parsed::new(NAME, &self.text, &self.declarations).map(|_| self)
    }

    fn load(&self, by: &[String]) -> Result<Loaded, Error> {
        Session::global().load(NAME, &self.text, &self.declarations, by)
    }

    /// The derivative by a variable in numerator layout, compared with numbers of the expression itself.
    ///
    /// # Errors
    /// Shapes that do not fit, names that are used as what they are not; a variable that does not occur; a derivative that does not exist, that is too large, or that differed from the numbers
    /// and so is not shown.
    pub fn derivative(&self, by: &str) -> Result<Derivative, Error> {
        self.derivative_with(&[by], &DerivativeOptions::default())
    }

    /// The derivative by variables in turn, or by one as often as the order says.
    ///
    /// # Errors
    /// Those of [`Problem::derivative`], and an order that is not the number of several variables.
    pub fn derivative_with(
        &self,
        by: &[&str],
        options: &DerivativeOptions,
    ) -> Result<Derivative, Error> {
        let by: Vec<String> = by.iter().map(|name| (*name).to_owned()).collect();
        let order = if by.len() > 1 { Some(by.len()) } else { options.order };
        let DerivativeOptions { layout, form, symmetric, seed, .. } = *options;
        let seed = seed.unwrap_or(1);
        let declarations = self.declarations.clone();
        let options = DeriveOptions {
            by,
            order,
            declarations,
            layout,
            form,
            symmetric,
            near: None,
            seed,
            stop: options.stop.clone(),
        };
        let mut found = Session::global().derive(NAME, &self.text, &options)?;
        Ok(Derivative { derivation: found.remove(0) })
    }

    /// The expression as a function of its names, for these sizes.
    ///
    /// # Errors
    /// Shapes that do not fit, names that are used as what they are not; E0601 for a size without a number, E0302 for a name that is none, E0503 where a part cannot be computed.
    pub fn compile<'a>(
        &self,
        sizes: impl IntoIterator<Item = (&'a str, usize)>,
    ) -> Result<Function, Error> {
        let loaded = self.load(&[])?;
        let (graph, root) = (&loaded.program.graph, loaded.program.root);
        let sizes = sizes_of(graph, &[root], sizes, &loaded.sources)?;
        Function::new(graph, root, false, &|name| loaded.range(name), &sizes, &loaded.sources)
    }
}

/// What messages call the text of a problem.
pub(crate) const NAME: &str = "<expression>";

/// A derivative in closed form, which agreed with numbers of the expression itself; printing it gives the formula.
///
/// ```
/// let problem = beltrami::Problem::parse("log(t)")?.with("t: scalar")?;
/// let gradient = problem.derivative("t")?;
/// assert_eq!(gradient.to_string(), "1/t");
/// assert!(gradient.emit("numpy")?.contains("import numpy as np"));
/// assert_eq!(gradient.conditions().domain, ["t > 0"]);
/// # Ok::<(), beltrami::Error>(())
/// ```
pub struct Derivative {
    derivation: Derivation,
}

impl Derivative {
    /// In LaTeX.
    pub fn latex(&self) -> String {
        self.derivation.latex()
    }

    /// In MathML.
    pub fn mathml(&self) -> String {
        self.derivation.mathml()
    }

    /// The sizes of its axes, as texts: none for a scalar, one for a vector, `1` and the length for a row.
    pub fn shape(&self) -> Vec<String> {
        self.derivation.shape()
    }

    /// Where value and derivative exist.
    pub fn conditions(&self) -> &Conditions {
        &self.derivation.conditions
    }

    /// What was assumed about names that nothing declares.
    pub fn assumed(&self) -> &[String] {
        &self.derivation.assumed
    }

    /// How it was compared with numbers.
    pub fn checked(&self) -> &Checked {
        &self.derivation.checked
    }

    /// Reservations.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.derivation.warnings
    }

    /// A program that computes value and derivative, in the language of this name: `numpy`, `torch`, `jax`, `julia`, `rust`
    /// or `c`.
    ///
    /// # Errors
    /// E0702 for another name, and E0703 for what a language has no function for.
    pub fn emit(&self, language: &str) -> Result<String, Error> {
        use beltrami_diag::codes;
        let sources = &self.derivation.sources;
        let Some(target) = beltrami_print::target(language) else {
            let known: Vec<&str> =
                beltrami_print::TARGETS.iter().map(|target| target.name).collect();
            let diagnostic =
                Diagnostic::error(&codes::E0702, format!("`{language}` is no language"));
            let hint = format!("one of {}", known.join(", "));
            return Err(Error::refused(diagnostic.hint(hint), sources));
        };
        self.derivation.code(target).map_err(|unsupported| {
            Error::failed(Diagnostic::error(&codes::E0703, unsupported.to_string()), sources)
        })
    }

    /// The derivative as a function of the names that occur in it, for these sizes.
    ///
    /// # Errors
    /// E0601 for a size without a number, E0302 for a name that is none, E0503 where a part cannot be computed.
    pub fn compile<'a>(
        &self,
        sizes: impl IntoIterator<Item = (&'a str, usize)>,
    ) -> Result<Function, Error> {
        let found = &self.derivation;
        let (graph, root) = (&found.graph, found.derived.expr);
        // Sizes of the expression may be given that the derivative lost.
        let sizes = sizes_of(graph, &[root, found.root], sizes, &found.sources)?;
        let two = found.derived.form == Form::Kron;
        Function::new(graph, root, two, &|name| found.range(name), &sizes, &found.sources)
    }

    /// All that is known of it, for programs that read expressions themselves.
    pub fn derivation(&self) -> &Derivation {
        &self.derivation
    }
}

impl fmt::Display for Derivative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.derivation.text())
    }
}
