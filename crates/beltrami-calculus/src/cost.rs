//! The length of an expression as a reader sees it.

use beltrami_core::{ExprId, Graph, Kernel, Node};
use rustc_hash::FxHashMap;

/// The number of operations in the text of an expression, weighted so that of two equally long texts the one with fewer
/// leaves, and then fewer divisions and transpositions, counts as shorter.
///
/// Repeated subexpressions count each time: the reader reads them each time.
pub fn cost(graph: &Graph, root: ExprId) -> u64 {
    let mut costs: FxHashMap<ExprId, u64> = FxHashMap::default();
    for id in graph.reachable(root) {
        let inner: u64 = graph
            .args(id)
            .iter()
            .map(|arg| costs.get(arg).copied().unwrap_or(0))
            .fold(0, u64::saturating_add);
        costs.insert(id, inner.saturating_add(own(graph, id)));
    }
    costs.get(&root).copied().unwrap_or(0)
}

/// What the head of an expression adds to the length.
pub fn own(graph: &Graph, id: ExprId) -> u64 {
    match graph.node(id) {
        Node::Apply(op, _) => kernel_cost(graph.op(*op).kernel),
        Node::Number(x) if x.is_negative() => 6,
        _ => 5,
    }
}

/// What an application of a kernel adds to the length.
pub fn kernel_cost(kernel: Kernel) -> u64 {
    match kernel {
        // Constants of a size read as one symbol; their size argument is counted as a leaf already.
        Kernel::Eye | Kernel::Ones | Kernel::Zeros => 30,
        Kernel::Transpose => 101,
        Kernel::Divide | Kernel::EDivide => 102,
        // A diagonal matrix or a mapped function reads like one symbol more than a product.
        Kernel::DiagMatrix | Kernel::DiagVector => 103,
        Kernel::Einsum => 400,
        _ => 100,
    }
}
