//! Hessians by one unknown that are Kronecker products, recognised in their formulas.

use beltrami_core::{ExprId, Graph, Kernel};

/// `Σ weight·(B ⊗ A) + Σ shift·I`, with one product at most; weights and shifts are scalar expressions.
#[derive(Clone, Debug, Default)]
pub(super) struct Factors {
    /// The weight, `A` and `B`; an identity is `None`.
    pub product: Option<(ExprId, [Option<ExprId>; 2])>,
    pub shifts: Vec<ExprId>,
}

impl Factors {
    /// The structure of a block; `None` where it has another.
    pub fn recognise(graph: &mut Graph, root: ExprId) -> Option<Factors> {
        let mut found = Factors::default();
        let one = graph.int(1);
        let mut pending = vec![(one, root)];
        while let Some((weight, id)) = pending.pop() {
            match graph.application(id).map(|(kernel, args)| (kernel, args.to_vec()))? {
                (Kernel::Add, args) => pending.extend(args.into_iter().map(|arg| (weight, arg))),
                (Kernel::Scale, args) => {
                    let scaled = graph.build(Kernel::Scale, &[weight, args[0]]).ok()?;
                    pending.push((scaled, args[1]));
                }
                (Kernel::Eye, _) => found.shifts.push(weight),
                (Kernel::Kron, args) if found.product.is_none() => {
                    let factor =
                        |id: ExprId| graph.args_of(id, Kernel::Eye).is_none().then_some(id);
                    found.product = Some((weight, [factor(args[1]), factor(args[0])]));
                }
                _ => return None,
            }
        }
        Some(found)
    }

    /// Its expressions, in the order in which [`Factors::product`] and [`Factors::shifts`] name them.
    pub fn expressions(&self) -> Vec<ExprId> {
        let product = self.product.iter().flat_map(|(weight, factors)| {
            std::iter::once(*weight).chain(factors.iter().flatten().copied())
        });
        product.chain(self.shifts.iter().copied()).collect()
    }
}
