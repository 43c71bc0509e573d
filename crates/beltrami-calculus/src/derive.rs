//! From an expression to its derivative in the layout and form asked for.

use beltrami_core::{ExprId, Graph, Kernel, Number, Part, Shape, Sign, Space, Structure};
use smallvec::smallvec;

use crate::ambient::Ambient;
use crate::calculus::Calculus;
use crate::cost::cost;
use crate::entries::entrywise;
use crate::error::{CalculusError, Excess, Result};
use crate::index::{Factor, Term};
use crate::lower::MAX_FACTORS;
use crate::raise::Target;
use crate::request::{Derived, Form, Layout, Placement, Request, Symmetric};
use crate::rulebook::Rulebook;
use crate::singular::may_be_singular;

/// Derives, in every way known, and returns the shortest result; `simplify` has the last word on each candidate.
pub fn derive(
    graph: &mut Graph,
    rules: &Rulebook,
    request: &Request,
    simplify: &mut dyn FnMut(&mut Graph, ExprId) -> ExprId,
) -> Result<Derived> {
    let (form, placement) = place(graph, request)?;
    let target = match &placement {
        Placement::Matrix(rows, cols) => Target::Matrix { rows: rows.clone(), cols: cols.clone() },
        Placement::Tensor(axes) => Target::Tensor(axes.clone()),
    };
    let ambient = Ambient::enter(graph, request.root, &request.by, request.symmetric)?;
    let inner = Request { root: ambient.root, by: ambient.by.clone(), ..request.clone() };
    let mut roots = vec![inner.root];
    if request.shorten && ambient.may_shorten {
        roots.push(simplify(graph, inner.root));
        request.stop.check()?;
        roots.dedup();
    }
    let written =
        roots.into_iter().flat_map(|root| [Way::Written(root, false), Way::Written(root, true)]);
    let kept = [true, false].map(|opened| Way::Kept(inner.root, opened));
    let mut best: Option<(u64, ExprId)> = None;
    let mut failure = None;
    for way in written.chain(kept) {
        let too_large = matches!(failure, Some(CalculusError::TooLarge(_)));
        let is_idle = match way {
            Way::Written(_, false) => false,
            // Multiplied out there would be more terms still.
            Way::Written(_, true) => too_large,
            Way::Kept(..) => best.is_some() || !too_large,
        };
        if is_idle {
            continue;
        }
        match candidate(graph, rules, &inner, way, &target) {
            Ok(candidates) => {
                for expr in candidates {
                    let expr = ambient.leave(graph, expr)?;
                    let expr = simplify(graph, expr);
                    let price = cost(graph, expr);
                    if best.is_none_or(|(least, _)| price < least) {
                        best = Some((price, expr));
                    }
                }
            }
            // Found before or not, it would be another result.
            Err(CalculusError::Stopped) => return Err(CalculusError::Stopped),
            Err(error) => failure = Some(error),
        }
        request.stop.check()?;
    }
    match (best, failure) {
        (Some((_, expr)), _) => {
            // Kronecker form shows the structure, which a block of entries hides.
            let entries = match form {
                Form::Kron => None,
                _ => entrywise(graph, expr, simplify),
            };
            let expr = entries.unwrap_or(expr);
            request.stop.check()?;
            Ok(Derived { expr, form, placement })
        }
        (None, Some(error)) => Err(error),
        (None, None) => Err(CalculusError::NoForm("a derivative")),
    }
}

/// How a derivative is found.
#[derive(Clone, Copy)]
enum Way {
    /// From this expression, all differentials written out, and whether sums are multiplied out in the end.
    Written(ExprId, bool),
    /// From this expression, with derivatives of functions as arrays of their own, and whether those of the last order are
    /// written out.
    Kept(ExprId, bool),
}

fn limited(terms: &[Term], most: usize) -> Result<()> {
    let factors: usize = terms.iter().map(|term| term.factors.len()).sum();
    if factors > most {
        Err(CalculusError::TooLarge(Excess::Terms(terms.len() - 1)))
    } else {
        Ok(())
    }
}

fn candidate(
    graph: &mut Graph,
    rules: &Rulebook,
    request: &Request,
    way: Way,
    target: &Target,
) -> Result<Vec<ExprId>> {
    let mut calculus = Calculus::new(graph, rules).stopped_by(&request.stop);
    let (root, expand_sums) = match way {
        Way::Written(root, expand_sums) => (root, expand_sums),
        Way::Kept(root, _) => (root, false),
    };
    calculus.singular = may_be_singular(calculus.graph, request.root);
    calculus.kept.active = matches!(way, Way::Kept(..));
    let start = calculus.term_of(root);
    let mut terms = vec![start];
    for (order, symbol) in request.by.iter().enumerate() {
        let is_last = order + 1 == request.by.len();
        // Only what is to be read is multiplied out, not what is to be differentiated again.
        calculus.expand_sums = expand_sums && is_last;
        if is_last && matches!(way, Way::Kept(_, true)) {
            // Arrays of the last order may be larger than the result.
            calculus.kept.opened = terms.iter().flat_map(|t| &t.factors).map(|f| f.atom).collect();
        }
        terms = calculus.differentiate(&terms, *symbol)?;
        limited(&terms, 2 * MAX_FACTORS)?;
        terms = calculus.project(terms, *symbol, request.symmetric)?;
        terms = calculus.normalise(terms)?;
        limited(&terms, MAX_FACTORS)?;
    }
    let shape = target_shape(&calculus, request, target);
    let mut results = Vec::new();
    let mut raised = Vec::new();
    for term in &terms {
        calculus.stop.check()?;
        raised.push(calculus.raise(term, target)?);
    }
    results.push(calculus.sum(raised, &shape)?);
    if request.form != Form::Matrix || terms.iter().any(|t| t.out.iter().flatten().count() > 2) {
        // With commutation matrices behind instead of in front, other terms share a factor.
        calculus.swap_rows = false;
        let mut raised = Vec::new();
        for term in &terms {
            raised.push(calculus.raise(term, target)?);
        }
        results.push(calculus.sum(raised, &shape)?);
    }
    if let Target::Matrix { rows, cols } = target
        && !cols.is_empty()
        && !rows.is_empty()
    {
        // The transposed sum may need fewer transpositions: `(X*B + B*X)'`.
        let turned = Target::Matrix { rows: cols.clone(), cols: rows.clone() };
        let mut raised = Vec::new();
        for term in &terms {
            raised.push(calculus.raise(term, &turned)?);
        }
        let sum = calculus.sum(raised, &shape.transposed())?;
        results.push(calculus.graph.transpose(sum)?);
    }
    Ok(results)
}

fn target_shape(calculus: &Calculus<'_>, request: &Request, target: &Target) -> Shape {
    let mut axes = calculus.graph.shape(request.root).axes();
    for symbol in &request.by {
        axes.extend(calculus.graph.shape(*symbol).axes());
    }
    let size = |places: &[usize]| beltrami_core::Dim::product(places.iter().map(|p| &axes[*p]));
    match target {
        Target::Matrix { rows, cols } => Shape::matrix(size(rows), size(cols)),
        Target::Tensor(places) => {
            let kept: Vec<_> =
                places.iter().map(|p| axes[*p].clone()).filter(|d| !d.is_one()).collect();
            Shape::of(&kept)
        }
    }
}

/// Decides form and layout: which axes become rows, which columns.
fn place(graph: &Graph, request: &Request) -> Result<(Form, Placement)> {
    let root = graph.shape(request.root);
    let mut axes = root.axes();
    for symbol in &request.by {
        axes.extend(graph.shape(*symbol).axes());
    }
    let turn = |rows: Vec<usize>, cols: Vec<usize>| match request.layout {
        Layout::Numerator => Placement::Matrix(rows, cols),
        Layout::Denominator => Placement::Matrix(cols, rows),
    };
    let order = request.by.len();
    let kron = || match order {
        1 => Some((Form::Kron, turn(vec![1, 0], vec![3, 2]))),
        2 if root.is_scalar() => Some((Form::Kron, Placement::Matrix(vec![3, 2], vec![5, 4]))),
        _ => None,
    };
    let kron = || kron().filter(|_| root.is_matrix());
    let proper: Vec<usize> = (0..axes.len()).filter(|k| !axes[*k].is_one()).collect();
    let tensor = match proper[..] {
        [] => Placement::Matrix(vec![], vec![]),
        [a] => Placement::Matrix(vec![a], vec![]),
        [a, b] => Placement::Matrix(vec![a], vec![b]),
        _ => Placement::Tensor(proper.clone()),
    };
    match request.form {
        Form::Index => Ok((Form::Index, tensor)),
        Form::Operator => Err(CalculusError::NoForm("an operator form as one expression")),
        Form::Kron => kron().ok_or(CalculusError::NoForm("a Kronecker form of this order")),
        // A function with more than two axes has no derivative with fewer.
        Form::Matrix if !root.is_matrix() => Ok((Form::Index, tensor)),
        Form::Matrix => {
            let by_scalars = request.by.iter().all(|x| graph.shape(*x).is_scalar());
            let first = graph.shape(request.by[0]);
            let thin = |shape: &Shape| shape.rows.is_one() || shape.cols.is_one();
            if by_scalars {
                return Ok((
                    Form::Matrix,
                    if order == 1 {
                        turn(vec![0], vec![1])
                    } else {
                        Placement::Matrix(vec![0], vec![1])
                    },
                ));
            }
            if order == 1 && root.is_scalar() {
                return Ok((Form::Matrix, turn(vec![3], vec![2])));
            }
            if order == 1 && thin(root) && thin(first) {
                return Ok((Form::Matrix, turn(vec![1, 0], vec![3, 2])));
            }
            if order == 2 && root.is_scalar() && request.by.iter().all(|x| thin(graph.shape(*x))) {
                return Ok((Form::Matrix, Placement::Matrix(vec![3, 2], vec![5, 4])));
            }
            if order > 2 && proper.len() <= 2 {
                return Ok((Form::Matrix, tensor));
            }
            Ok(kron().unwrap_or((Form::Index, tensor)))
        }
    }
}

impl Calculus<'_> {
    /// Projects the last two output axes to the tangent space of the variable's structure.
    pub(crate) fn project(
        &mut self,
        terms: Vec<Term>,
        symbol: ExprId,
        convention: Symmetric,
    ) -> Result<Vec<Term>> {
        let structure = Structure::of(self.graph.facts(symbol));
        let Some(structure) = structure
            .filter(|_| convention != Symmetric::Ambient && !self.graph.shape(symbol).is_scalar())
        else {
            return Ok(terms);
        };
        let swap = |term: &Term, coef: Number| {
            let mut turned = term.clone();
            let last = turned.out.len() - 1;
            turned.out.swap(last - 1, last);
            turned.coef = turned.coef.mul(coef);
            turned
        };
        let scaled = |term: &Term, coef: Number| Term { coef: term.coef.mul(coef), ..term.clone() };
        let mut result = Vec::new();
        for term in terms {
            match structure.space {
                Space::Entries(Part::Diagonal) => result.push(self.on_diagonal(term)),
                Space::Entries(part) => {
                    let kernel = match part {
                        Part::Upper => Kernel::UpperPart,
                        Part::Lower | Part::Diagonal => Kernel::LowerPart,
                    };
                    let shape = self.graph.shape(symbol).clone();
                    let ones = self.graph.ones(&shape)?;
                    let mask = self.graph.build(kernel, &[ones])?;
                    let last = term.out.len() - 1;
                    let legs = smallvec![term.out[last - 1].clone(), term.out[last].clone()];
                    let mut masked = term;
                    masked.factors.push(Factor::new(mask, legs));
                    result.push(masked);
                }
                Space::Mirrored(Sign::Plus) if convention == Symmetric::Free => {
                    result.push(swap(&term, Number::ONE));
                    result.push(self.on_diagonal(scaled(&term, Number::MINUS_ONE)));
                    result.push(term);
                }
                Space::Mirrored(sign) => {
                    let share = match convention {
                        Symmetric::Free => Number::ONE,
                        _ => Number::HALF,
                    };
                    result.push(scaled(&term, share));
                    result.push(swap(&term, if sign == Sign::Plus { share } else { share.neg() }));
                }
                Space::Rotations => {
                    result.push(scaled(&term, Number::HALF));
                    result.push(self.reflected(scaled(&term, Number::HALF.neg()), symbol));
                }
            }
        }
        Ok(result)
    }

    fn on_diagonal(&mut self, mut term: Term) -> Term {
        let last = term.out.len() - 1;
        let (row, col) = (term.out[last - 1].clone(), term.out[last].clone());
        self.unify(&mut term, &row, &col, &mut Default::default());
        term
    }

    /// `X*G'*X` for the gradient `G` in the last two axes.
    fn reflected(&mut self, mut term: Term, symbol: ExprId) -> Term {
        let last = term.out.len() - 1;
        let (rows, cols) =
            (self.graph.shape(symbol).rows.clone(), self.graph.shape(symbol).cols.clone());
        // The old axes become summed; an index that also stands elsewhere among the outputs first gets a δ.
        let (mut b, mut a) = (term.out[last - 1].clone(), term.out[last].clone());
        term.out.truncate(last - 1);
        for (leg, dim) in [(&mut b, &rows), (&mut a, &cols)] {
            if leg.iter().any(|i| term.is_free(*i) || term.sums.contains(i)) {
                let fresh = self.fresh_leg(dim);
                if let Ok(eye) = self.graph.eye(dim) {
                    term.factors.push(Factor::new(eye, smallvec![leg.clone(), fresh.clone()]));
                }
                *leg = fresh;
            }
            term.sums.extend(leg.iter().copied());
        }
        let (k, l) = (self.fresh_leg(&rows), self.fresh_leg(&cols));
        term.factors.push(Factor::new(symbol, smallvec![k.clone(), a]));
        term.factors.push(Factor::new(symbol, smallvec![b, l.clone()]));
        term.out.push(k);
        term.out.push(l);
        term
    }
}
