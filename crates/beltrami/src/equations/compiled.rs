//! Values and Jacobians of a system as straight-line programs.

use beltrami_core::ExprId;
use beltrami_diag::{Diagnostic, Label, codes};
use beltrami_exec::{Domain, Memory, Tape, TapeError, Unknown};
use beltrami_linalg::Interval;
use beltrami_solve::roots::{Enclosure, Existence, System};

use super::derived::refused;
use super::{Equations, Read, Sought, SystemOptions};
use crate::session::{Failure, Session};

/// Values and Jacobians of a system at points and on boxes.
pub struct Compiled {
    n: usize,
    value: Tape,
    jacobian: Tape,
    /// The place in the Jacobian, row by row, of each output of its program.
    places: Vec<usize>,
    numbers: (Memory<f64>, Memory<f64>),
    boxes: (Memory<Interval>, Memory<Interval>),
    entries: Vec<f64>,
    ranges: Vec<Interval>,
    zeros: Vec<Interval>,
}

impl Session {
    /// Derives and compiles a system that was read.
    pub(super) fn compiled(
        &self,
        mut read: Read,
        options: &SystemOptions,
    ) -> Result<Equations, Failure> {
        let value = read.compile(&read.equations)?;
        let n = read.unknowns.iter().map(Sought::len).sum();
        if value.outputs() != n {
            let plural = |count: usize, word: &str| {
                format!("{count} {word}{}", if count == 1 { "" } else { "s" })
            };
            let message =
                format!("{} for {}", plural(value.outputs(), "equation"), plural(n, "unknown"));
            let hint = if value.outputs() < n {
                "add an equation, or give the value of an unknown with `--data`"
            } else {
                "drop an equation, or let `beltrami minimize` find the least squares"
            };
            return Err(refused(&read, Diagnostic::error(&codes::E0211, message).hint(hint)));
        }
        let blocks = self.blocks(&mut read, options)?;
        let derivatives: Vec<ExprId> = blocks.iter().map(|block| block.derivative).collect();
        let jacobian = read.compile(&derivatives)?;
        let heights: Vec<usize> = (read.equations.iter())
            .map(|id| read.compile(&[*id]).map(|tape| tape.outputs()))
            .collect::<Result<_, _>>()?;
        let mut places = Vec::new();
        for block in &blocks {
            let row: usize = heights[..block.equation].iter().sum();
            let column: usize = read.unknowns[..block.unknown].iter().map(Sought::len).sum();
            let width = read.unknowns[block.unknown].len();
            for i in row..row + heights[block.equation] {
                places.extend((column..column + width).map(|j| i * n + j));
            }
        }
        let text = |id: &ExprId| beltrami_print::text(&read.graph, *id);
        Ok(Equations {
            names: read.unknowns.iter().flat_map(Sought::entries).collect(),
            texts: read.equations.iter().map(text).collect(),
            jacobian: blocks
                .iter()
                .map(|block| (block.equation, block.unknown, text(&block.derivative)))
                .collect(),
            assumed: read.loaded.program.assumed.clone(),
            compiled: Compiled::new(n, value, jacobian, places),
            field: None,
        })
    }
}

impl Read {
    /// The program that computes expressions from the entries of the unknowns.
    pub(super) fn compile(&self, roots: &[ExprId]) -> Result<Tape, Failure> {
        let input = |u: &Sought| Unknown { id: u.id, rows: u.rows, cols: u.cols };
        let unknowns: Vec<Unknown> = self.unknowns.iter().map(input).collect();
        let size = |name: &str| self.point.sizes.get(name).copied();
        let data = |name: &str| self.point.values.get(name).cloned();
        Tape::compile(&self.graph, roots, &unknowns, &size, &data)
            .map_err(|error| refused(self, untaped(self, &error)))
    }
}

fn untaped(read: &Read, error: &TapeError) -> Diagnostic {
    let place = error.at().and_then(|id| {
        let span = read.loaded.program.spans.get(&id)?;
        Some(Label::new(read.loaded.source, *span, "this one"))
    });
    let text = error.at().map(|id| beltrami_print::text(&read.graph, id)).unwrap_or_default();
    let diagnostic = match error {
        TapeError::Kernel { .. } => Diagnostic::error(
            &codes::E0401,
            format!("`{text}` is no formula in the entries of the unknowns, which solving needs"),
        )
        .hint("write its entries out, or let `beltrami minimize` work with it"),
        TapeError::TooLong { .. } => Diagnostic::error(&codes::E0106, error.to_string()),
        TapeError::Unbound { name, .. } => {
            Diagnostic::error(&codes::E0601, format!("no data for `{name}`"))
                .hint(format!("give it with `--data '{name}=0.5'`, or name it in `--vars`"))
        }
        TapeError::Value { .. } => Diagnostic::error(&codes::E0503, error.to_string()),
    };
    match place {
        Some(label) => diagnostic.at(label),
        None => diagnostic,
    }
}

impl Compiled {
    fn new(n: usize, value: Tape, jacobian: Tape, places: Vec<usize>) -> Compiled {
        Compiled {
            n,
            numbers: (value.memory(), jacobian.memory()),
            boxes: (value.memory(), jacobian.memory()),
            entries: vec![0.0; places.len()],
            ranges: vec![Interval::ZERO; n.max(places.len())],
            zeros: vec![Interval::ZERO; n],
            value,
            jacobian,
            places,
        }
    }
}

impl System for Compiled {
    fn size(&self) -> usize {
        self.n
    }

    fn value(&mut self, x: &[f64], f: &mut [f64]) {
        self.value.run(x, &mut self.numbers.0, f);
    }

    fn jacobian(&mut self, x: &[f64], j: &mut [f64]) {
        self.jacobian.run(x, &mut self.numbers.1, &mut self.entries);
        j.fill(0.0);
        for (place, entry) in self.places.iter().zip(&self.entries) {
            j[*place] = *entry;
        }
    }

    fn vanishes(&mut self, x: &[f64]) -> bool {
        let point: Vec<Interval> = x.iter().map(|x| Interval::point(*x)).collect();
        self.value.run(&point, &mut self.boxes.0, &mut self.ranges[..self.n]);
        self.ranges[..self.n].iter().all(|f| f.contains(0.0) && f.is_bounded())
    }
}

impl Enclosure for Compiled {
    fn size(&self) -> usize {
        self.n
    }

    fn narrow(&mut self, x: &mut [Interval]) -> bool {
        self.value.narrowed(x, &self.zeros, &mut self.boxes.0).is_some()
    }

    fn value(&mut self, x: &[Interval], f: &mut [Interval]) -> Existence {
        self.value.run(x, &mut self.boxes.0, f);
        match self.value.domain(&self.boxes.0) {
            Domain::Continuous => Existence::Continuous,
            Domain::Jumps | Domain::Partial => Existence::Doubtful,
            Domain::Nowhere => Existence::Nowhere,
        }
    }

    fn jacobian(&mut self, x: &[Interval], j: &mut [Interval]) -> Existence {
        let ranges = &mut self.ranges[..self.places.len()];
        self.jacobian.run(x, &mut self.boxes.1, ranges);
        j.fill(Interval::ZERO);
        for (place, entry) in self.places.iter().zip(ranges) {
            j[*place] = *entry;
        }
        match self.jacobian.domain(&self.boxes.1) {
            // A derivative that jumps takes all its values on the interval, which bounds the slopes at a kink.
            Domain::Continuous | Domain::Jumps => Existence::Continuous,
            Domain::Partial | Domain::Nowhere => Existence::Doubtful,
        }
    }
}
