//! The program of an expression of a module, with the inputs called as its signature says.

use beltrami_core::ExprId;

use crate::loops::expanded;
use crate::module::{Module, Unsupported};
use crate::program::shape::rank;
use crate::program::{ArrayId, Lowering, Operation, Program};
use crate::signature::Signature;

/// The program of a root and its last array, which has two axes where that is `wide`.
pub(crate) fn lowered(
    module: &Module<'_>,
    signature: &Signature,
    root: ExprId,
    wide: bool,
) -> Result<(Program, ArrayId), Unsupported> {
    let symbol = |id: ExprId| {
        let input = signature.inputs.iter().find(|input| input.id == id);
        input.map(|input| input.word.clone())
    };
    let mut lowering = Lowering::new(module.graph, &symbol);
    let array = lowering.root(root)?;
    let (mut program, mut array) = expanded(&lowering.program, array);
    let shape = module.graph.shape(root);
    if wide && rank(shape) < 2 {
        array = program.apply(Operation::Reshape(shape.axes()), &[array]);
    }
    Ok((program, array))
}
