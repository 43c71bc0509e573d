//! What a plan does: its kernels in order with their work, and what evaluation node by node would cost.

use std::fmt;

use beltrami_core::{ExprId, Graph};
use beltrami_linalg::dense::Factorisation;

use crate::plan::Plan;
use crate::plan::memory::{KronFactor, Place, Shaped};
use crate::plan::real::Real;
use crate::plan::step::{Step, Work};
use crate::plan::strip::PlacedStrip;
use crate::tensor::size_text;

/// A kernel of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    /// What it computes.
    pub name: &'static str,
    /// The expression it was made for.
    pub at: ExprId,
    /// The size of its result.
    pub size: String,
    /// Floating-point operations, elementary functions counted as one.
    pub flops: f64,
    /// Bytes read and written once each.
    pub bytes: f64,
    /// Whether it runs in the first run only.
    pub once: bool,
}

/// The kernels of a plan in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The kernels.
    pub kernels: Vec<Kernel>,
    /// Bytes that the plan holds, without inputs and outputs.
    pub memory: f64,
    /// Floating-point operations of an evaluation node by node, products in the order of writing.
    pub naive_flops: f64,
    /// Bytes of the values of all nodes.
    pub naive_memory: f64,
}

/// Cost of evaluation node by node.
pub(crate) struct Naive {
    flops: f64,
    entries: f64,
}

/// Floating-point operations of an evaluation node by node, and entries written.
pub fn naive_work(graph: &Graph, roots: &[ExprId], sizes: &dyn Fn(&str) -> Option<i64>) -> f64 {
    let naive = Naive::of(graph, roots, sizes);
    naive.flops + naive.entries
}

impl Naive {
    pub(crate) fn of(
        graph: &Graph,
        roots: &[ExprId],
        sizes: &dyn Fn(&str) -> Option<i64>,
    ) -> Naive {
        let mut nodes: Vec<ExprId> = roots.iter().flat_map(|r| graph.reachable(*r)).collect();
        nodes.sort();
        nodes.dedup();
        let size = |id: ExprId| -> Vec<f64> {
            let axes = graph.shape(id).axes();
            axes.iter().map(|axis| axis.evaluate(sizes).unwrap_or(0) as f64).collect()
        };
        let mut naive = Naive { flops: 0.0, entries: 0.0 };
        for id in nodes {
            let Some((kernel, args)) = graph.application(id) else { continue };
            let len: f64 = size(id).iter().product();
            naive.entries += len;
            naive.flops += match (kernel, args) {
                (beltrami_core::Kernel::MatMul, [a, _]) => 2.0 * len * size(*a)[1],
                (beltrami_core::Kernel::Inv, _) => 2.0 * len * size(id)[0],
                (beltrami_core::Kernel::LogDet | beltrami_core::Kernel::Det, [a]) => {
                    size(*a)[0].powi(3) * 2.0 / 3.0
                }
                _ => args.iter().map(|a| size(*a).iter().product()).fold(len, f64::max),
            };
        }
        naive
    }
}

pub(crate) fn explain<T: Real>(plan: &Plan<T>) -> Explanation {
    let kernels = plan
        .steps
        .iter()
        .map(|step| {
            let (flops, numbers) = cost(step);
            Kernel {
                name: step.name(),
                at: step.at,
                size: size_text(&step.dims),
                flops,
                bytes: numbers * size_of::<T>() as f64,
                once: step.constant && matches!(step.to, Place::Buffer(_)),
            }
        })
        .collect();
    let bytes = size_of::<T>() as f64;
    Explanation {
        kernels,
        memory: plan.held as f64,
        naive_flops: plan.naive.flops,
        naive_memory: plan.naive.entries * bytes,
    }
}

/// Operations, and numbers read and written; zeros that a first run writes for all later ones are not counted.
pub(crate) fn cost<T: Real>(step: &Step<T>) -> (f64, f64) {
    let out: f64 = step.dims.iter().map(|n| *n as f64).product();
    let len = |a: &Shaped| a.rows as f64 * a.cols as f64;
    match &step.work {
        Work::Loop(program, _) => {
            let entries = program.rows as f64 * program.cols as f64;
            let (rows, cols) = (program.rows as f64, program.cols as f64);
            use crate::plan::entrywise::Access;
            let read = program.access.iter().map(|access| match access {
                Access::Same | Access::Turned => entries,
                Access::Shifted(shift) => (shift.to - shift.from) as f64,
                Access::Number => 1.0,
                Access::Row => rows,
                Access::Column => cols,
            });
            let steps = program.code.len() + usize::from(program.finish.is_some());
            (entries * steps as f64, read.sum::<f64>() + out)
        }
        Work::Fill(_) => (0.0, out),
        Work::Band { strips, .. } => {
            let count = entries(strips);
            (0.0, count + if step.alone { count } else { out })
        }
        Work::Copy(_) => (0.0, 2.0 * out),
        Work::AddBand(strips) => (entries(strips), 3.0 * entries(strips)),
        Work::BandTimes { strips, cols, left, .. } => {
            let lines = if *left { *cols } else { step.dims[0] } as f64;
            let read = strips.iter().map(|strip| strip.len as f64 * (lines + 1.0));
            (2.0 * entries(strips) * lines, read.sum::<f64>() + out)
        }
        Work::DiagonalOf(_) => (0.0, 2.0 * out),
        Work::Arrange(_, layout) => {
            let count = layout.sizes.iter().map(|n| *n as f64).product::<f64>();
            (0.0, count + if step.alone { count } else { out })
        }
        Work::Pack(..) | Work::Unpack(..) => (0.0, 2.0 * out),
        Work::BatchedProduct { inner, .. } => {
            let (m, n) = (step.dims[1] as f64, step.dims[2] as f64);
            let inner = *inner as f64;
            (2.0 * out * inner, step.dims[0] as f64 * inner * (m + n) + out)
        }
        Work::Product(a, b) => (2.0 * out * a.cols as f64, len(a) + len(b) + out),
        Work::Line { a, both, .. } => {
            (len(a) * if *both { 4.0 } else { 2.0 }, len(a) + a.cols as f64 + out)
        }
        Work::Pass(pass) => pass.cost(),
        Work::Gram(x, _) => (len(x) * (x.cols as f64 + 1.0), len(x) + out),
        Work::SymmetricSum(_) => (out, 2.0 * out),
        Work::Kron(a, b) => {
            let (mut products, mut read) = (out, 0.0);
            for factor in [a, b] {
                match factor {
                    KronFactor::Dense(a) => read += len(a),
                    KronFactor::Diagonal(_, n) => {
                        products /= *n as f64;
                        read += *n as f64;
                    }
                }
            }
            (products, read + if step.alone { products } else { out })
        }
        Work::KhatriRao(..) => (out, out),
        Work::Factor { n, way, .. } => (way.flops(*n), 2.0 * (*n as f64).powi(2)),
        Work::Solve { width, .. } => {
            let n = step.dims[0] as f64;
            (2.0 * n * n * *width as f64, n * n + 2.0 * out)
        }
        Work::LogDet(_) => (0.0, 1.0),
        // One triangle is read.
        Work::Substitute { a, width, .. } => {
            (len(a) * *width as f64, (len(a) + a.cols as f64) / 2.0 + 2.0 * out)
        }
        Work::InvertTriangle { a, .. } => {
            (len(a) * a.cols as f64 / 3.0, (len(a) + a.cols as f64) / 2.0 + out)
        }
        Work::EntryProduct(_, n) => (*n as f64, *n as f64 + 1.0),
        Work::Apply { kernel, args, .. } => {
            let read: f64 = args.iter().map(|(a, _)| len(a)).sum();
            let flops = match (kernel, &args[..]) {
                (beltrami_core::Kernel::Det | beltrami_core::Kernel::DetSign, [(a, _)]) => {
                    Factorisation::Elimination.flops(a.rows)
                }
                _ => read.max(out),
            };
            (flops, read + out)
        }
    }
}

fn entries<T>(strips: &[PlacedStrip<T>]) -> f64 {
    strips.iter().map(|strip| strip.len as f64).sum()
}

impl Explanation {
    /// The kernels as a table, each with what `text` says of its expression.
    pub fn table(&self, text: &dyn Fn(ExprId) -> String) -> String {
        let width = self.kernels.iter().map(|k| k.name.chars().count()).max().unwrap_or(0);
        let sizes = self.kernels.iter().map(|k| k.size.chars().count()).max().unwrap_or(0);
        let mut out = String::new();
        for (place, kernel) in self.kernels.iter().enumerate() {
            let once = if kernel.once { "  once" } else { "" };
            out.push_str(&format!(
                "{:>3}  {:<width$}  {:>sizes$}  {:>5} flops  {:>7}{once}  {}\n",
                place + 1,
                kernel.name,
                kernel.size,
                count(kernel.flops),
                bytes(kernel.bytes),
                shortened(&text(kernel.at)),
            ));
        }
        let flops: f64 = self.kernels.iter().map(|k| k.flops).sum();
        let moved: f64 = self.kernels.iter().map(|k| k.bytes).sum();
        out.push_str(&format!(
            "together {} flops, {} moved, {} held\nnode by node {} flops, {} held\n",
            count(flops),
            bytes(moved),
            bytes(self.memory),
            count(self.naive_flops),
            bytes(self.naive_memory)
        ));
        out
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table(&|_| String::new()))
    }
}

/// The text, or its beginning when it is longer than a line has room for.
fn shortened(text: &str) -> String {
    const ROOM: usize = 40;
    if text.chars().count() <= ROOM {
        return text.to_owned();
    }
    text.chars().take(ROOM - 1).chain(['…']).collect()
}

/// Three digits and a power of a thousand.
fn scaled(x: f64, units: &[&str]) -> String {
    let mut x = x;
    let mut unit = 0;
    while x >= 999.5 && unit + 1 < units.len() {
        x /= 1000.0;
        unit += 1;
    }
    let digits = if unit == 0 || x >= 99.95 {
        0
    } else if x >= 9.995 {
        1
    } else {
        2
    };
    format!("{x:.digits$}{}", units[unit])
}

fn count(x: f64) -> String {
    scaled(x, &["", "k", "M", "G", "T", "P"])
}

fn bytes(x: f64) -> String {
    scaled(x, &[" B", " kB", " MB", " GB", " TB", " PB"])
}
