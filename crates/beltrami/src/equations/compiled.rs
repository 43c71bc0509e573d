//! Values and Jacobians of a system as straight-line programs.

use beltrami_core::ExprId;
use beltrami_diag::{Diagnostic, Error, Label, codes};
use beltrami_exec::{Domain, Memory, Refined, Relaxation, Tape, TapeError, Unknown};
use beltrami_linalg::Interval;
use beltrami_solve::roots::{Enclosure, Existence, System};

use super::derived::{Block, refused};
use super::{Equations, Read, Sought, SystemOptions};
use crate::session::Session;
use crate::stable::smooth;

/// Values and Jacobians of a system at points and on boxes.
pub struct Compiled {
    n: usize,
    value: Tape,
    jacobian: Tape,
    /// What is linear in the equations, where they are few.
    relaxation: Option<Relaxation>,
    /// The place in the Jacobian, row by row, of each output of its program.
    places: Vec<usize>,
    numbers: (Memory<f64>, Memory<f64>),
    boxes: (Memory<Interval>, Memory<Interval>),
    refined: Memory<Refined>,
    sharp: Vec<Refined>,
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
    ) -> Result<Equations, Error> {
        let value = read.compile(&read.equations)?;
        let n = read.unknowns.iter().map(Sought::len).sum();
        read.counted(value.outputs(), n)?;
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
        Ok(read.told(&blocks, Compiled::new(n, value, jacobian, places)))
    }
}

impl Read {
    /// Refuses counts of equations and unknowns that differ.
    pub(super) fn counted(&self, equations: usize, unknowns: usize) -> Result<(), Error> {
        if equations == unknowns {
            return Ok(());
        }
        let plural = |count: usize, word: &str| {
            format!("{count} {word}{}", if count == 1 { "" } else { "s" })
        };
        let message =
            format!("{} for {}", plural(equations, "equation"), plural(unknowns, "unknown"));
        let hint = if equations < unknowns {
            "add an equation, or give the value of an unknown with `--data`"
        } else {
            "drop an equation, or let `beltrami minimize` find the least squares"
        };
        Err(refused(self, Diagnostic::error(&codes::E0211, message).hint(hint)))
    }

    /// The system with its texts.
    pub(super) fn told<S>(&self, blocks: &[Block], compiled: S) -> Equations<S> {
        let text = |id: &ExprId| beltrami_print::text(&self.graph, *id);
        Equations {
            names: self.unknowns.iter().flat_map(Sought::entries).collect(),
            texts: self.equations.iter().map(text).collect(),
            jacobian: blocks
                .iter()
                .map(|block| (block.equation, block.unknown, text(&block.derivative)))
                .collect(),
            assumed: self.loaded.program.assumed.clone(),
            compiled,
            field: None,
        }
    }

    /// The program that computes expressions from the entries of the unknowns.
    pub(super) fn compile(&self, roots: &[ExprId]) -> Result<Tape, Error> {
        let input = |u: &Sought| Unknown { id: u.id, rows: u.rows, cols: u.cols };
        let unknowns: Vec<Unknown> = self.unknowns.iter().map(input).collect();
        let size = |name: &str| self.point.sizes.get(name).copied();
        let data = |name: &str| self.point.values.get(name).cloned();
        // A form may have what a program lacks.
        let smooth = smooth(&self.graph, roots)
            .and_then(|(graph, roots)| Tape::compile(&graph, &roots, &unknowns, &size, &data).ok());
        if let Some(tape) = smooth {
            return Ok(tape);
        }
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
            format!("`{text}` is no formula in the entries of the unknowns, which a search of a box needs"),
        )
        .hint("write its entries out, or solve from a point with `beltrami roots --start`"),
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
            refined: value.memory(),
            sharp: vec![Refined::point(0.0); 2 * n],
            entries: vec![0.0; places.len()],
            ranges: vec![Interval::ZERO; n.max(places.len())],
            zeros: vec![Interval::ZERO; n],
            relaxation: value.relaxation(),
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

    fn noise(&mut self, x: &[f64], noise: &mut [f64]) {
        let point: Vec<Interval> = x.iter().map(|x| Interval::point(*x)).collect();
        self.value.run(&point, &mut self.boxes.0, &mut self.ranges[..self.n]);
        for (noise, f) in noise.iter_mut().zip(&self.ranges) {
            *noise = if f.is_bounded() { f.hi - f.lo } else { f64::INFINITY };
        }
    }
}

impl Enclosure for Compiled {
    fn size(&self) -> usize {
        self.n
    }

    fn narrow(&mut self, x: &mut [Interval]) -> bool {
        self.value.narrowed(x, &self.zeros, &mut self.boxes.0).is_some()
    }

    fn cut(&mut self, x: &mut [Interval]) -> bool {
        match &mut self.relaxation {
            Some(relaxation) => relaxation.narrow(&self.value, x, &self.zeros, &mut self.boxes.0),
            None => true,
        }
    }

    fn value(&mut self, x: &[Interval], f: &mut [Interval]) -> Existence {
        self.value.run(x, &mut self.boxes.0, f);
        match self.value.domain(&self.boxes.0) {
            Domain::Continuous => Existence::Continuous,
            Domain::Jumps | Domain::Partial => Existence::Doubtful,
            Domain::Nowhere => Existence::Nowhere,
        }
    }

    fn value_at(&mut self, x: &[f64], f: &mut [Interval]) {
        let (at, values) = self.sharp.split_at_mut(self.n);
        for (at, x) in at.iter_mut().zip(x) {
            *at = Refined::point(*x);
        }
        self.value.run(at, &mut self.refined, values);
        for (f, value) in f.iter_mut().zip(values) {
            *f = value.range();
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
