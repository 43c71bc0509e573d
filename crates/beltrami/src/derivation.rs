//! Derivatives on demand: read, derive, simplify, check, describe.

use std::collections::BTreeMap;

use beltrami_calculus::{CalculusError, Derived, Form, Layout, Operator, Placement, Symmetric};
use beltrami_core::{ExprId, Facts, Graph, Shape, Structure};
use beltrami_diag::{Diagnostic, Error, Label, Sources, Span, codes};
use beltrami_stop::Stop;

use crate::check::{CheckFailure, Checked, Comparison, JET_ORDER, Lower};
use crate::conditions::{Conditions, Kink, brief, conditions};
use crate::determinant::of_multiples;
use crate::general::General;
use crate::refusal::{refusal, unchecked};
use crate::sample::{Drawn, Point};
use crate::session::{Loaded, Session};
use crate::spelling::KnownSizes;
use crate::stable::stable;

/// What to derive and how.
#[derive(Clone, Debug)]
pub struct DeriveOptions {
    /// The variables; one name is taken as often as `order` says, several are taken in turn.
    pub by: Vec<String>,
    /// The order; the number of names when that is more than one and no order is given.
    pub order: Option<usize>,
    /// Declarations, as in `A: matrix(m,n), x: vector(n)`.
    pub declarations: String,
    /// Layout.
    pub layout: Layout,
    /// Form.
    pub form: Form,
    /// Convention for structured variables.
    pub symmetric: Symmetric,
    /// Values like those of interest, from which the check looks for a point of the domain.
    pub near: Option<Point>,
    /// The seed of the random points of the check.
    pub seed: u64,
    /// What ends it before there is a result.
    pub stop: Stop,
}

impl Default for DeriveOptions {
    fn default() -> DeriveOptions {
        DeriveOptions {
            by: Vec::new(),
            order: None,
            declarations: String::new(),
            layout: Layout::default(),
            form: Form::default(),
            symmetric: Symmetric::default(),
            near: None,
            seed: 1,
            stop: Stop::default(),
        }
    }
}

/// Operations of the longest text: about what the parser still reads, and far beyond what a person does.
const MOST_WRITTEN: u64 = 20_000;
/// Operations inside each other, the terms of a sum among them, likewise.
const MOST_NESTED: usize = 400;

/// Whether an expression is short enough to be written out, every part as often as it occurs.
fn is_short(graph: &Graph, expr: ExprId) -> bool {
    let (written, depth) = graph.written_size(expr);
    written <= MOST_WRITTEN && depth <= MOST_NESTED
}

/// The text of an expression, a program with names for its parts where it is too long to be written out.
pub(crate) fn written(graph: &Graph, expr: ExprId) -> String {
    if is_short(graph, expr) {
        beltrami_print::text(graph, expr)
    } else {
        beltrami_print::program(graph, expr).text
    }
}

/// A checked derivative.
pub struct Derivation {
    /// Where the expressions live.
    pub graph: Graph,
    /// The original expression.
    pub root: ExprId,
    /// The derivative; in operator form the forward map.
    pub derived: Derived,
    /// The derivative as linear maps, in operator form.
    pub operator: Option<Operator>,
    /// The variables of each differentiation.
    pub by: Vec<ExprId>,
    /// The layout asked for.
    pub layout: Layout,
    /// The convention for structured variables.
    pub symmetric: Symmetric,
    /// All variables of the expression.
    pub variables: Vec<Drawn>,
    /// Where value and derivative exist.
    pub conditions: Conditions,
    /// Reservations.
    pub warnings: Vec<Diagnostic>,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// The comparison with numbers.
    pub checked: Checked,
    /// The texts, for messages.
    pub sources: Sources,
    pub(crate) sizes: KnownSizes,
    /// The bindings of the program, whose names the result may be written with.
    pub(crate) lets: Vec<(String, ExprId)>,
}

impl Session {
    /// The derivative of an expression or program, checked; one result for each variable when several are given with
    /// order 1, one otherwise.
    pub fn derive(
        &self,
        name: &str,
        text: &str,
        options: &DeriveOptions,
    ) -> Result<Vec<Derivation>, Error> {
        let loaded = self.load(name, text, &options.declarations, &options.by)?;
        self.derive_loaded(&loaded, options)
    }

    /// The same of a program that is loaded already.
    pub(crate) fn derive_loaded(
        &self,
        loaded: &Loaded,
        options: &DeriveOptions,
    ) -> Result<Vec<Derivation>, Error> {
        let lists = variable_lists(loaded, options)?;
        lists.into_iter().map(|by| self.derive_by(loaded, by, options)).collect()
    }

    /// The derivative of a loaded program by these variables in turn.
    pub(crate) fn derive_by(
        &self,
        loaded: &Loaded,
        by: Vec<ExprId>,
        options: &DeriveOptions,
    ) -> Result<Derivation, Error> {
        if let Some(general) = General::of(loaded)
            && let Some(places) = by.iter().map(|id| general.place(*id)).collect()
            && let Ok(found) = self.derive_at(&general.loaded, places, options, &general.numbers)
            && let Some(closed) = general.closed(self, found, loaded, &by)
        {
            return Ok(closed);
        }
        self.derive_at(loaded, by, options, &BTreeMap::new())
    }

    /// The same, compared at small sizes in the order of the numbers that names of sizes stand for.
    fn derive_at(
        &self,
        loaded: &Loaded,
        by: Vec<ExprId>,
        options: &DeriveOptions,
        numbers: &BTreeMap<String, i64>,
    ) -> Result<Derivation, Error> {
        let failure = match self.derive_as_written(loaded, by.clone(), options, numbers) {
            Ok(derivation) => return Ok(derivation),
            Err(failure) => failure,
        };
        // Derivatives by all entries leave the structure by which expressions are equal.
        let compared = failure.diagnostics().iter().any(|d| d.code == &codes::E0502);
        if compared
            && options.symmetric != Symmetric::Ambient
            && let Some(shorter) = self.shortened(loaded, options.seed)
            && let Ok(found) = self.derive_as_written(&shorter, by, options, numbers)
        {
            return Ok(Derivation { root: loaded.program.root, ..found });
        }
        Err(failure)
    }

    /// The derivative of the expression as it is written.
    fn derive_as_written(
        &self,
        loaded: &Loaded,
        by: Vec<ExprId>,
        options: &DeriveOptions,
        numbers: &BTreeMap<String, i64>,
    ) -> Result<Derivation, Error> {
        let mut graph = loaded.program.graph.clone();
        let root = loaded.program.root;
        let fail = |diagnostic: Diagnostic| Error::failed(diagnostic, &loaded.sources);
        one_connection(&graph, &by, options.symmetric).map_err(fail)?;
        let variables = loaded.drawn();
        let indices: Vec<_> =
            loaded.program.indices.iter().map(|i| (i.name.clone(), i.size.clone())).collect();
        // Jets reach no further than their order, so a higher derivative is compared with those of a lower, checked one.
        let reach = by.len().saturating_sub(JET_ORDER);
        let below = if reach > 0 && options.form != Form::Operator {
            let index =
                DeriveOptions { form: Form::Index, layout: Layout::Numerator, ..options.clone() };
            Some(self.derive_at(loaded, by[..reach].to_vec(), &index, numbers)?)
        } else {
            None
        };
        let lower = below.as_ref().map(|below| Lower {
            graph: &below.graph,
            derived: &below.derived,
            order: reach,
        });
        let compare = |graph: &Graph, check: &Check<'_>| {
            check(&Comparison {
                graph,
                root,
                by: &by,
                lower,
                symmetric: options.symmetric,
                variables: &variables,
                indices: &indices,
                numbers,
                near: options.near.as_ref(),
                seed: options.seed,
                stop: &options.stop,
            })
        };
        let mut warnings = loaded.program.warnings.clone();
        let equal = of_multiples(&mut graph, root, &by);
        let request = beltrami_calculus::Request {
            root: equal,
            shorten: true,
            by: by.clone(),
            layout: options.layout,
            form: options.form,
            symmetric: options.symmetric,
            stop: options.stop.clone(),
        };
        let found = match options.form {
            Form::Operator => self.as_operator(&mut graph, &request, &compare),
            _ => self.as_formula(&mut graph, &request, &compare, &mut warnings),
        };
        let Found { derived, operator, outcome } =
            found.map_err(|error| fail(refusal(loaded, &graph, &error)))?;
        readable(&graph, &derived, operator.as_ref()).map_err(fail)?;
        let checked = outcome.map_err(|failure| fail(unchecked(loaded, &failure, options.seed)))?;
        if checked.vanishing {
            warnings.push(Diagnostic::warning(
                &codes::W0109,
                "the derivative is 0 at every point that was compared, where a wrong one may be 0 too",
            ));
        }
        let conditions = conditions(&graph, root, derived.expr, &by).canonical(
            &mut graph,
            &loaded.program.lets,
            &mut |graph, expr| self.simplify(graph, expr),
        );
        for text in &conditions.not_smooth {
            let code = if by.len() > 1 { &codes::W0102 } else { &codes::W0101 };
            warnings.push(Diagnostic::warning(code, text.clone()));
        }
        if derived.form != options.form {
            warnings.push(form_changed(derived.form));
        }
        Ok(Derivation {
            graph,
            root,
            derived,
            operator,
            by,
            layout: options.layout,
            symmetric: options.symmetric,
            variables,
            conditions,
            warnings,
            assumed: loaded.program.assumed.clone(),
            checked,
            sources: loaded.sources.clone(),
            sizes: KnownSizes::of(&loaded.program),
            lets: loaded.program.lets.clone(),
        })
    }

    /// The derivative as a linear map.
    fn as_operator(
        &self,
        graph: &mut Graph,
        request: &beltrami_calculus::Request,
        compare: &Compare<'_>,
    ) -> Result<Found, CalculusError> {
        let operator = beltrami_calculus::operator(
            graph,
            &self.rules,
            request.root,
            &request.by,
            request.symmetric,
            &request.stop,
            &mut |graph, expr| self.simplify(graph, expr),
        )?;
        let outcome = compare(graph, &|comparison| comparison.run_operator(&operator));
        let derived = Derived {
            expr: operator.forward,
            form: Form::Operator,
            placement: Placement::Matrix(vec![0], vec![1]),
        };
        Ok(Found { derived, operator: Some(operator), outcome })
    }

    /// The derivative as a formula.
    fn as_formula(
        &self,
        graph: &mut Graph,
        request: &beltrami_calculus::Request,
        compare: &Compare<'_>,
        warnings: &mut Vec<Diagnostic>,
    ) -> Result<Found, CalculusError> {
        let mut plain: Vec<ExprId> = Vec::new();
        let derived =
            beltrami_calculus::derive(graph, &self.rules, request, &mut |graph, expr| {
                plain.push(expr);
                self.simplify(graph, expr)
            })?;
        let outcome = compare(graph, &|comparison| comparison.run(&derived));
        if matches!(outcome, Err(CheckFailure::Differs { .. })) {
            // A rule at fault need not cost the answer: what the rules started from is checked in its place.
            // Entries were simplified on their own, and are no derivatives.
            let shape = graph.shape(derived.expr).clone();
            plain.retain(|expr| *expr != derived.expr && *graph.shape(*expr) == shape);
            for expr in plain {
                let other = Derived { expr, ..derived.clone() };
                if let Ok(checked) = compare(graph, &|comparison| comparison.run(&other)) {
                    warnings.push(Diagnostic::warning(
                        &codes::W0103,
                        "a simplification failed its check and was left out; please report this expression",
                    ));
                    return Ok(Found { derived: other, operator: None, outcome: Ok(checked) });
                }
            }
        }
        Ok(Found { derived, operator: None, outcome })
    }
}

/// A comparison of one derivative with numbers.
type Check<'a> = dyn Fn(&Comparison<'_>) -> Result<Checked, CheckFailure> + 'a;

/// Compares derivatives of one expression with numbers.
type Compare<'a> = dyn Fn(&Graph, &Check<'_>) -> Result<Checked, CheckFailure> + 'a;

/// A derivative, and what its comparison gave.
struct Found {
    derived: Derived,
    operator: Option<Operator>,
    outcome: Result<Checked, CheckFailure>,
}

/// Refuses second derivatives whose meaning depends on more than the manifold.
fn one_connection(graph: &Graph, by: &[ExprId], symmetric: Symmetric) -> Result<(), Diagnostic> {
    let orthogonal =
        |id: &ExprId| graph.facts(*id).has(Facts::ORTHOGONAL) && !graph.shape(*id).is_scalar();
    if by.len() > 1 && symmetric != Symmetric::Ambient && by.iter().any(orthogonal) {
        return Err(Diagnostic::error(
            &codes::E0702,
            "second derivatives on orthogonal matrices depend on a choice of connection",
        )
        .hint("ask for the derivative by all entries with `--symmetric ambient`"));
    }
    Ok(())
}

/// Refuses derivatives that nobody could read.
fn readable(
    graph: &Graph,
    derived: &Derived,
    operator: Option<&Operator>,
) -> Result<(), Diagnostic> {
    let parts = operator.and_then(|operator| Some(operator.adjoint?.1)).into_iter();
    for expr in parts.chain([derived.expr]).filter(|expr| !is_short(graph, *expr)) {
        let operations = beltrami_print::program(graph, expr).operations;
        if operations > MOST_WRITTEN {
            return Err(Diagnostic::error(
                &codes::E0403,
                format!(
                    "the derivative has {operations} operations, every shared part counted once"
                ),
            )
            .hint("differentiate a part, or ask for a lower order"));
        }
    }
    Ok(())
}

impl Derivation {
    /// What is to be said of kinks at which the formula has a value of its own.
    ///
    /// # Errors
    /// A kink without one: the derivative does not exist at this point.
    pub(crate) fn exists_at(
        &self,
        loaded: &Loaded,
        point: &Point,
    ) -> Result<Vec<Diagnostic>, Error> {
        let kinks = self.conditions.kinks(&self.graph, &self.by, point);
        let (chosen, fatal): (Vec<Kink>, Vec<Kink>) = kinks.into_iter().partition(|k| k.chosen);
        let Some(Kink { at, diagnostic, .. }) = fatal.into_iter().next() else {
            return Ok(chosen.into_iter().map(|kink| kink.diagnostic).collect());
        };
        // The text may have been simplified; a place is that of the same expression.
        let text = brief(&self.graph, at);
        let mut spans = loaded.program.spans.iter();
        let place = spans.find(|(id, _)| brief(&loaded.program.graph, **id) == text);
        let label = |span: &Span| Label::new(loaded.source, *span, "this is not differentiable");
        let diagnostic = match place {
            Some((_, span)) => diagnostic.at(label(span)),
            None => diagnostic,
        };
        Err(Error::failed(diagnostic, &loaded.sources))
    }

    /// The declared bounds of a name's entries.
    pub(crate) fn range(&self, name: &str) -> Option<(f64, f64)> {
        self.variables.iter().find(|v| v.name == name).and_then(|v| v.range)
    }

    /// The derivative in the surface language, with names for shared parts where it is too long to be written out.
    pub fn text(&self) -> String {
        self.sizes.text(&self.graph, self.derived.expr)
    }

    /// Whether the derivative is short enough to be written as one formula.
    pub fn is_formula(&self) -> bool {
        is_short(&self.graph, self.derived.expr)
    }

    /// In operator form, the adjoint map applied to the cotangent `V`.
    pub fn adjoint_text(&self) -> Option<String> {
        let (_, back) = self.operator.as_ref()?.adjoint?;
        Some(self.sizes.text(&self.graph, back))
    }

    /// The expression in the surface language.
    pub fn expression(&self) -> String {
        beltrami_print::text(&self.graph, self.root)
    }

    /// The derivative in LaTeX.
    pub fn latex(&self) -> String {
        beltrami_print::latex(&self.graph, self.derived.expr)
    }

    /// The derivative in MathML.
    pub fn mathml(&self) -> String {
        beltrami_print::mathml(&self.graph, self.derived.expr)
    }

    /// The axes of the derivative: none for a scalar, one for a vector, `1` and the length for a row.
    pub fn shape(&self) -> Vec<String> {
        axes(self.graph.shape(self.derived.expr))
    }

    /// The convention by which structured variables were treated, as `--symmetric` names it; `None` without such variables.
    pub fn convention(&self) -> Option<&'static str> {
        let structured = |x: &ExprId| {
            !self.graph.shape(*x).is_scalar() && Structure::of(self.graph.facts(*x)).is_some()
        };
        self.by.iter().any(structured).then_some(match self.symmetric {
            Symmetric::Frobenius => "frobenius",
            Symmetric::Free => "free",
            Symmetric::Ambient => "ambient",
        })
    }

    /// The names of the variables, one for each order.
    pub fn names(&self) -> Vec<String> {
        self.by.iter().map(|id| beltrami_print::text(&self.graph, *id)).collect()
    }

    /// A program that computes value and derivative, in one of [`beltrami_print::TARGETS`].
    ///
    /// In operator form the derivative is that along a direction, which is one more input.
    pub fn code(
        &self,
        target: &beltrami_print::Target,
    ) -> Result<String, beltrami_print::Unsupported> {
        let mut notes = vec![format!(
            "Checked at {} random points, largest relative difference {:.1e}.",
            self.checked.points, self.checked.max_rel_error
        )];
        notes.extend(self.conditions.all().map(|c| format!("Holds where {c}.")));
        let (graph, forms) = stable(&self.graph, &[self.root, self.derived.expr]);
        let (value, derivative) = (forms[0], forms[1]);
        let module = beltrami_print::Module {
            graph: &graph,
            value,
            derivative,
            inputs: self
                .variables
                .iter()
                .map(|v| v.id)
                .chain(self.operator.as_ref().map(|operator| operator.direction))
                .collect(),
            order: self.by.len(),
            by: self.names(),
            two_dimensional: self.derived.form == Form::Kron,
            value_text: self.expression(),
            derivative_text: self.text(),
            notes,
        };
        (target.print)(&module)
    }

    /// Whether the result is laid out as rows and columns.
    pub fn is_matrix(&self) -> bool {
        matches!(self.derived.placement, Placement::Matrix(..))
    }
}

/// The axes of a shape: none for a scalar, one for a vector, `1` and the length for a row.
pub(crate) fn axes(shape: &Shape) -> Vec<String> {
    if shape.is_scalar() {
        return Vec::new();
    }
    if shape.is_vector() {
        return vec![shape.rows.to_string()];
    }
    shape.axes().iter().map(ToString::to_string).collect()
}

pub(crate) fn variable_lists(
    loaded: &Loaded,
    options: &DeriveOptions,
) -> Result<Vec<Vec<ExprId>>, Error> {
    let refuse = |message: String, hint: &str| {
        Error::refused(Diagnostic::error(&codes::E0702, message).hint(hint), &loaded.sources)
    };
    let ids: Vec<ExprId> = options
        .by
        .iter()
        .filter_map(|name| loaded.program.variables.iter().find(|v| v.name == *name).map(|v| v.id))
        .collect();
    match (ids.len(), options.order) {
        (0, _) => Err(refuse("no variable to differentiate by".into(), "name one with `--by x`")),
        (_, Some(0)) => Err(refuse(
            "the order of a derivative is at least 1".into(),
            "use `beltrami eval` for the value",
        )),
        (1, order) => Ok(vec![vec![ids[0]; order.unwrap_or(1)]]),
        (_, None | Some(1)) => Ok(ids.into_iter().map(|id| vec![id]).collect()),
        (n, Some(order)) if n == order => Ok(vec![ids]),
        (n, Some(order)) => Err(refuse(
            format!("{n} variables are named for a derivative of order {order}"),
            "name one variable, or as many as the order says: `--by x,x,y --order 3`",
        )),
    }
}

fn form_changed(form: Form) -> Diagnostic {
    let text = match form {
        Form::Kron => {
            "shown as the matrix of vec(F) by vec(X): the derivative has more than two axes (`--form index` shows them all)"
        }
        Form::Index => "shown with one axis an index: the derivative has more than two axes",
        Form::Matrix | Form::Operator => "shown as a matrix",
    };
    Diagnostic::warning(&codes::W0104, text)
}
