//! The pass that applies product rules to a term.

use beltrami_core::ExprId;
use smallvec::{SmallVec, smallvec};

use crate::calculus::Calculus;
use crate::cost::cost;
use crate::error::Result;
use crate::index::{Factor, Leg, Term};
use crate::product_rule::{find, holds, times};

/// More replacements than this in one term mean that rules undo each other.
const MAX_REPLACEMENTS: usize = 24;

/// Replaces, as often as possible, factors that match the left side of a rule by its right side.
pub(crate) fn recognise(calculus: &mut Calculus<'_>, term: &mut Term) -> Result<()> {
    let rules = &calculus.rules.products;
    let mut replaced = 0;
    'again: while replaced < MAX_REPLACEMENTS {
        for (rule, wanted) in rules.among(calculus.met.all(calculus.graph)) {
            if wanted.len() > term.factors.len() {
                continue;
            }
            if let Some((used, bound)) = find(calculus.graph, term, &rule.lhs, wanted)
                && holds(calculus.graph, &rule.conditions, &rule.lhs, &bound)
            {
                let args: Vec<ExprId> = bound.iter().flatten().copied().collect();
                if args.len() != rule.lhs.params.len() || !rule.lhs.fits(calculus.graph, &args) {
                    continue;
                }
                let right = rule.rhs.instantiate(calculus.graph, &args, &[])?;
                let before: u64 = used
                    .iter()
                    .map(|(place, _)| cost(calculus.graph, term.factors[*place].atom))
                    .sum();
                if cost(calculus.graph, right) >= before {
                    continue;
                }
                let times = times(calculus.graph, term, &used);
                let legs: SmallVec<[Leg; 2]> = used
                    .iter()
                    .map(|(place, _)| &term.factors[*place])
                    .find(|f| f.indices().next().is_some())
                    .map_or_else(|| smallvec![Leg::new(), Leg::new()], |f| f.legs.clone());
                for (place, pow) in &used {
                    let less = times.mul(*pow).neg();
                    term.factors[*place].pow = term.factors[*place].pow.add(less);
                }
                term.factors.push(Factor::new(right, legs).powered(times));
                calculus.merge_factors(term);
                replaced += 1;
                continue 'again;
            }
        }
        return Ok(());
    }
    Ok(())
}
