//! Formulas without a value where the expression has value and derivative.

use beltrami_core::{ExprId, Facts};
use beltrami_exec::{EvalError, Evaluator, ExecError, Noise, Tensor};

use super::gaps::NOISE;
use super::{Attempt, CheckFailure, Compare, Comparison, dims, domain};
use crate::conditions::Conditions;
use crate::sample::{Point, Sampler};

impl Comparison<'_> {
    /// What it means that a formula has no value at a point where the expression has value and derivative: a difference,
    /// unless a condition that is shown with the formula excludes the point, or numbers leave their range, or the formula
    /// has a value when rounding errors are drawn anew.
    pub(super) fn undefined(
        &self,
        point: &Point,
        conditions: &Conditions,
        cause: &EvalError,
        again: &Sampler,
        compare: Compare<'_>,
    ) -> Attempt {
        let size = |name: &str| point.sizes.get(name).copied();
        let symbol = |name: &str| point.values.get(name).cloned();
        let evaluator = Evaluator::<f64>::new(self.graph, &size, &symbol);
        let excluded = if domain::of_entries(self.graph, cause.at()) {
            conditions.exclude(&|id| evaluator.value(id).ok())
        } else {
            conditions.ask_of_matrices()
        };
        let beyond = matches!(cause, EvalError::Kernel { cause: ExecError::TooLarge { .. }, .. });
        if excluded || beyond || self.is_extreme(point) {
            return Attempt::Skipped(cause.to_string());
        }
        // What is definite by its form has a value wherever its entries have one; only rounding takes it away.
        let regular = |id: &ExprId| {
            self.graph.facts(*id).has(Facts::DEFINITE)
                || self.graph.facts(*id).has(Facts::ORTHOGONAL)
        };
        if !domain::of_entries(self.graph, cause.at())
            && self.graph.args(cause.at()).iter().any(regular)
        {
            return Attempt::Rounded;
        }
        let stays = NOISE.into_iter().enumerate().all(|(draw, level)| {
            let other = compare(point, Noise::new(level, draw as u64), &mut again.clone());
            matches!(other, Err(Attempt::Undefined(_)))
        });
        if !stays {
            return Attempt::Rounded;
        }
        Attempt::Ended(CheckFailure::Differs { point: point.clone(), error: f64::INFINITY })
    }

    /// Looks at the point with the opposite signs too, where a formula has no value on one side alone.
    pub(super) fn at_mirrored(
        &self,
        point: &Point,
        formulas: &[ExprId],
        conditions: &Conditions,
        sampler: &Sampler,
        compare: Compare<'_>,
    ) -> Result<(), CheckFailure> {
        let mut mirrored = point.clone();
        for variable in self.variables {
            let facts = self.graph.facts(variable.id);
            let signed = [Facts::NONNEGATIVE, Facts::POSITIVE, Facts::DEFINITE, Facts::ORTHOGONAL];
            if variable.range.is_none()
                && !signed.iter().any(|fact| facts.has(*fact))
                && let Some(value) = mirrored.values.get_mut(&variable.name)
            {
                *value = value.map(|x| -x);
            }
        }
        let size = |name: &str| mirrored.sizes.get(name).copied();
        // Directions of linear maps are names without a value.
        let ones = |name: &str| {
            let (m, n) = dims(self.graph, self.graph.find_symbol(name)?, &mirrored.sizes);
            Some(Tensor::from_fn(m, n, |_, _| 1.0))
        };
        let symbol = |name: &str| mirrored.values.get(name).cloned().or_else(|| ones(name));
        let evaluator = Evaluator::<f64>::new(self.graph, &size, &symbol);
        if evaluator.values(&[self.root]).is_err() || evaluator.values(formulas).is_ok() {
            return Ok(());
        }
        match self.at_point(&mirrored, conditions, &mut sampler.clone(), compare) {
            Err(Attempt::Ended(failure)) => Err(failure),
            _ => Ok(()),
        }
    }
}
