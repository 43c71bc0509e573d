//! From computations to steps over buffers: what is fused with what, where values lie, and how long.

mod fuse;

use beltrami_linalg::dense::{Factorisation, gram_scratch, line_product_scratch};

use crate::error::ExecError;
use crate::evaluate::EvalError;
use crate::plan::entrywise::{OPERANDS, REGISTERS, TURNED};
use crate::plan::lower::Lowered;
use crate::plan::memory::{Column, KronFactor, Place, Read, Rows, Shaped};
use crate::plan::node::{NodeId, Op, Program, Solver, Strip};
use crate::plan::pass::join;
use crate::plan::real::Real;
use crate::plan::step::{Step, Work};
use crate::plan::strip::PlacedStrip;
use crate::tensor::{MAX_COEFFICIENTS, MAX_KRON, size_text};

/// Steps in order with what they work on.
pub(crate) struct Emitted<T> {
    pub(crate) steps: Vec<Step<T>>,
    /// Numbers of each buffer.
    pub(crate) buffers: Vec<usize>,
    /// Of each factorisation the rows, the columns of its widest right-hand side, and its kind.
    pub(crate) factors: Vec<(usize, usize, Factorisation)>,
    pub(crate) scratch: usize,
    /// Of each root, whether no run changes it.
    pub(crate) constant: Vec<bool>,
}

/// The steps of a program; `constant` says which inputs keep their values between runs.
pub(crate) fn emit<T: Real>(lowered: &Lowered, constant: &[bool]) -> Result<Emitted<T>, EvalError> {
    let program = &lowered.program;
    let mut emitter = Emitter {
        program,
        users: users(lowered),
        constant: constants(program, constant),
        places: vec![None; program.nodes().len()],
        head: Vec::new(),
        steps: Vec::new(),
        buffers: Vec::new(),
        factors: Vec::new(),
        slots: vec![None; program.nodes().len()],
        written: vec![false; program.nodes().len()],
        scratch: 0,
        refused: None,
    };
    emitter.head = emitter.heads(lowered);
    // Roots are computed where they are wanted; of equal ones the later are copies.
    let mut copies = Vec::new();
    for (k, root) in lowered.roots.iter().enumerate() {
        // The same entries under other axes are the result as well.
        let mut inner = *root;
        while let Op::Reshape(x) = *program.op(inner) {
            inner = x;
        }
        match emitter.places[inner.index()] {
            None if emitter.is_stored(inner) => {
                emitter.places[inner.index()] = Some(Place::Output(k));
            }
            _ => copies.push((k, *root)),
        }
    }
    emitter.inherit();
    for index in 0..program.nodes().len() {
        let id = program.nth(index);
        // What nobody reads was made on the way to something better.
        if !emitter.users[index].is_empty() && emitter.is_computed(id) {
            emitter.step(id);
        }
    }
    for (k, root) in copies {
        emitter.copy(root, Place::Output(k));
    }
    let constant = lowered.roots.iter().map(|root| emitter.constant[root.index()]).collect();
    let Emitter { steps, buffers, factors, scratch, refused, .. } = emitter;
    if let Some(refused) = refused {
        return Err(refused);
    }
    let mut steps = join(steps);
    #[cfg(feature = "planted-fault")]
    crate::plan::fault::apply(&mut steps);
    let places: Vec<Place> = steps.iter().map(|step| step.to).collect();
    for step in &mut steps {
        step.alone = places.iter().filter(|place| **place == step.to).count() == 1;
    }
    Ok(Emitted { steps, buffers, factors, scratch, constant })
}

/// Who reads each node: node numbers, and `None` for a root.
fn users(lowered: &Lowered) -> Vec<Vec<Option<NodeId>>> {
    let program = &lowered.program;
    let mut users: Vec<Vec<Option<NodeId>>> = vec![Vec::new(); program.nodes().len()];
    for root in &lowered.roots {
        users[root.index()].push(None);
    }
    for index in (0..program.nodes().len()).rev() {
        if users[index].is_empty() {
            continue;
        }
        let id = program.nth(index);
        for read in program.op(id).reads() {
            users[read.index()].push(Some(id));
        }
    }
    users
}

fn constants(program: &Program, inputs: &[bool]) -> Vec<bool> {
    let mut constant: Vec<bool> = Vec::with_capacity(program.nodes().len());
    for node in program.nodes() {
        constant.push(match &node.op {
            Op::Input(k) => inputs[*k],
            op => op.reads().iter().all(|id| constant[id.index()]),
        });
    }
    constant
}

struct Emitter<'a, T> {
    program: &'a Program,
    users: Vec<Vec<Option<NodeId>>>,
    constant: Vec<bool>,
    places: Vec<Option<Place>>,
    /// The node with which each entry-wise node is computed.
    head: Vec<NodeId>,
    steps: Vec<Step<T>>,
    buffers: Vec<usize>,
    factors: Vec<(usize, usize, Factorisation)>,
    /// Of factorisations the slot, and whether it is the transpose that is factored there.
    slots: Vec<Option<(usize, bool)>>,
    /// Whether a node's entries lie at its place by now.
    written: Vec<bool>,
    scratch: usize,
    /// The first value that is too large.
    refused: Option<EvalError>,
}

impl<T: Real> Emitter<'_, T> {
    /// Entry-wise nodes that one other computation reads are computed with it.
    fn heads(&self, lowered: &Lowered) -> Vec<NodeId> {
        let program = self.program;
        let mut head: Vec<NodeId> = (0..program.nodes().len()).map(|k| program.nth(k)).collect();
        for index in (0..program.nodes().len()).rev() {
            let id = program.nth(index);
            if !program.op(id).is_entrywise() || lowered.roots.contains(&id) {
                continue;
            }
            let mut found: Option<NodeId> = None;
            let mut one = true;
            for user in &self.users[index] {
                let joined = user.and_then(|user| {
                    let fits = match program.op(user) {
                        Op::Reduce(..) => true,
                        op if op.is_entrywise() => program.dims(user) == program.dims(id),
                        _ => false,
                    };
                    // What never changes is not computed again with what does.
                    let alike = self.constant[user.index()] == self.constant[index];
                    (fits && alike).then(|| head[user.index()])
                });
                match (joined, found) {
                    (None, _) => one = false,
                    (Some(head), None) => found = Some(head),
                    (Some(head), Some(other)) => one &= head == other,
                }
            }
            if let (true, Some(found)) = (one, found)
                && self.fits(id, found, &head)
            {
                head[index] = found;
            }
        }
        head
    }

    /// Whether the program of a head has registers and operands to spare for one more node.
    fn fits(&self, id: NodeId, found: NodeId, head: &[NodeId]) -> bool {
        let members: Vec<NodeId> = (id.index()..=found.index())
            .map(|k| self.program.nth(k))
            .filter(|k| head[k.index()] == found || *k == id)
            .collect();
        let member = |k: &NodeId| members.contains(k);
        let mut outside: Vec<NodeId> = members
            .iter()
            .flat_map(|k| self.program.op(*k).reads())
            .filter(|k| !member(k))
            .collect();
        outside.sort();
        outside.dedup();
        let turned = outside.iter().filter(|k| self.is_turned(**k)).count();
        // Each live value has a register, and one is being written.
        let inner = members.iter().filter(|k| self.program.op(**k).is_entrywise());
        let mut live: Vec<NodeId> = Vec::new();
        let mut most = 0;
        for id in inner {
            live.push(*id);
            most = most.max(live.len());
            live.retain(|k| {
                self.users[k.index()].iter().flatten().any(|user| user > id && member(user))
            });
        }
        outside.len() <= OPERANDS && turned <= TURNED && most < REGISTERS
    }

    fn is_turned(&self, id: NodeId) -> bool {
        matches!(self.program.op(id), Op::Transpose(_)) && !self.program.is_line(id)
    }

    /// Whether a step computes the node: no view, and no part of another's step.
    fn is_computed(&self, id: NodeId) -> bool {
        self.head[id.index()] == id && self.is_stored(id)
    }

    /// Whether its entries lie in memory of their own in the end.
    fn is_stored(&self, id: NodeId) -> bool {
        match self.program.op(id) {
            Op::Input(_)
            | Op::Transpose(_)
            | Op::Reshape(_)
            | Op::Factors(_, Solver::Lower | Solver::Upper) => false,
            Op::Fill(_) | Op::Diagonal(_) | Op::Banded(_) | Op::Shift(..) | Op::Inverse { .. } => {
                // Written only where somebody reads entries.
                self.users[id.index()]
                    .iter()
                    .any(|user| user.is_none_or(|user| self.is_read(id, user)))
            }
            _ => true,
        }
    }

    /// Whether a user reads the entries of a node that could also be treated as what it is.
    fn is_read(&self, id: NodeId, user: NodeId) -> bool {
        match (self.program.op(id), self.program.op(user)) {
            (Op::Fill(_), op) => {
                !op.is_entrywise()
                    && !matches!(
                        op,
                        Op::Reduce(..) | Op::Diagonal(_) | Op::Banded(_) | Op::Inverse { .. }
                    )
            }
            (Op::Diagonal(_), op) => {
                !matches!(op, Op::Kron(..) | Op::MatMul(..) | Op::AddBanded(..))
            }
            (Op::Banded(_), op) => {
                !matches!(op, Op::MatMul(..) | Op::AddBanded(..) | Op::BandRows(..))
            }
            // A loop over as many entries reads them where they are.
            (Op::Shift(..), op) => {
                let alike = self.program.dims(user) == self.program.dims(id);
                !(op.is_entrywise() && alike || matches!(op, Op::Reduce(..)))
            }
            _ => true,
        }
    }

    /// Values that only a step changing them in place reads are computed where its result is wanted.
    fn inherit(&mut self) {
        for index in (0..self.program.nodes().len()).rev() {
            let id = self.program.nth(index);
            let (Op::AddBanded(inner, _) | Op::Solve { right: inner, .. }) = *self.program.op(id)
            else {
                continue;
            };
            if self.users[index].is_empty() {
                continue;
            }
            let alone = self.users[inner.index()].len() == 1;
            let alike = self.constant[index] == self.constant[inner.index()];
            if alone && alike && self.is_stored(inner) && self.places[inner.index()].is_none() {
                let place = self.place(id);
                self.places[inner.index()] = Some(place);
            }
        }
    }

    /// Where a node's entries lie, made now if nowhere yet.
    fn place(&mut self, id: NodeId) -> Place {
        if let Some(place) = self.places[id.index()] {
            return place;
        }
        let place = Place::Buffer(self.buffers.len());
        self.buffers.push(self.program.len_of(id));
        self.places[id.index()] = Some(place);
        place
    }

    /// Where entries are read, in the layout that lies there; what lies nowhere yet is written first.
    fn read(&mut self, id: NodeId) -> Read {
        if self.written[id.index()]
            && let Some(place) = self.places[id.index()]
        {
            return Read::Rows(Rows::written(place));
        }
        match *self.program.op(id) {
            Op::Input(k) => Read::Rows(Rows::written(Place::Input(k))),
            // A line has the same entries in the same order.
            Op::Transpose(x) if self.program.is_line(id) => Read::Rows(self.rows(x)),
            Op::Transpose(x) => self.read(x).transposed(),
            // The columns of a matrix are not its entries in the order that other axes need.
            Op::Reshape(x) => Read::Rows(self.rows(x)),
            _ => {
                self.step(id);
                Read::Rows(Rows::written(self.place(id)))
            }
        }
    }

    /// Where entries lie row by row, written there if only the transpose does.
    fn rows(&mut self, id: NodeId) -> Rows {
        match self.read(id) {
            Read::Rows(rows) => rows,
            Read::Columns(_) => {
                let from = self.shaped(id);
                let place = Place::Buffer(self.buffers.len());
                self.buffers.push(self.program.len_of(id));
                self.places[id.index()] = Some(place);
                self.push(id, place, Work::Copy(from));
                Rows::written(place)
            }
        }
    }

    fn shaped(&mut self, id: NodeId) -> Shaped {
        let read = self.read(id);
        let (rows, cols) = self.program.size(id);
        Shaped { read, rows, cols }
    }

    fn push(&mut self, id: NodeId, to: Place, work: Work<T>) {
        let node = self.program.node(id);
        self.steps.push(Step {
            to,
            work,
            at: node.at,
            dims: node.dims.to_vec(),
            constant: self.constant[id.index()],
            alone: true,
        });
        self.written[id.index()] |= self.places[id.index()] == Some(to);
    }

    fn step(&mut self, id: NodeId) {
        let program = self.program;
        let dims = program.dims(id);
        self.limit(id);
        let to = self.place(id);
        let work = match program.op(id).clone() {
            Op::Unary(..) | Op::Binary(..) | Op::Reduce(..) | Op::Shift(..) => self.entrywise(id),
            Op::Fill(bits) => Work::Fill(T::from_f64(f64::from_bits(bits))),
            Op::Diagonal(_) | Op::Banded(_) => {
                Work::Band { strips: self.strips(id), stride: dims[1], first: 0 }
            }
            Op::BandRows(a, lower) => {
                Work::Band { strips: self.strips(a), stride: dims[1] - 1, first: lower }
            }
            Op::AddBanded(a, v) => {
                let strips = self.strips(v);
                self.moved(a, id, to);
                Work::AddBand(strips)
            }
            Op::MatMul(a, b) => self.product(a, b),
            Op::Gram(x, w) => {
                let (m, n) = program.size(x);
                self.scratch = self.scratch.max(gram_scratch(m, n));
                let w = w.map(|w| self.rows(w));
                Work::Gram(self.shaped(x), w)
            }
            Op::SymmetricSum(a) => Work::SymmetricSum(self.shaped(a)),
            Op::SymmetricProduct(a, x) => {
                let (m, n) = program.size(a);
                self.scratch = self.scratch.max(line_product_scratch(m, n));
                Work::Line { a: self.shaped(a), x: self.rows(x), both: true }
            }
            Op::DiagonalOf(a) => Work::DiagonalOf(self.shaped(a)),
            Op::Arrange(a, layout) => Work::Arrange(self.rows(a), layout),
            Op::Pack(a, triangle) => Work::Pack(self.rows(a), triangle),
            Op::Unpack(a, triangle) => Work::Unpack(self.rows(a), triangle),
            Op::BatchedProduct { a, a_turned, b, b_turned } => Work::BatchedProduct {
                a: self.rows(a),
                a_turned,
                b: self.rows(b),
                b_turned,
                inner: if b_turned { program.dims(b)[2] } else { program.dims(b)[1] },
            },
            Op::KhatriRao(a, b) => Work::KhatriRao(self.shaped(a), self.shaped(b)),
            Op::Kron(a, b) => Work::Kron(self.factor(a), self.factor(b)),
            Op::Factors(a, Solver::Factored(way)) => {
                let width = self.right_hand_width(id);
                let slot = self.factors.len();
                self.factors.push((dims[0], width, way));
                // Factors of a transpose serve as well, and nothing is copied.
                let (a, turned) = match self.read(a) {
                    Read::Rows(rows) => (rows, false),
                    Read::Columns(place) => (Rows::written(place), true),
                };
                self.slots[id.index()] = Some((slot, turned));
                Work::Factor { a, n: dims[0], slot, way }
            }
            Op::Solve { factors, right, transposed } => {
                self.moved(right, id, to);
                let width = program.size(id).1;
                match self.triangle(factors, transposed) {
                    Some((a, lower)) => Work::Substitute { a, lower, width },
                    None => {
                        let (slot, turned) = self.slot(factors);
                        Work::Solve { slot, width, transposed: transposed != turned }
                    }
                }
            }
            Op::Inverse { factors, transposed } => {
                if let Some((a, lower)) = self.triangle(factors, transposed) {
                    return self.push(id, to, Work::InvertTriangle { a, lower });
                }
                let n = dims[0];
                let ones = Column::Number(T::ONE);
                let strips = vec![PlacedStrip { row: 0, col: 0, len: n, entries: ones }];
                self.push(id, to, Work::Band { strips, stride: n, first: 0 });
                let (slot, turned) = self.slot(factors);
                Work::Solve { slot, width: n, transposed: transposed != turned }
            }
            Op::LogDet(factors) => Work::LogDet(self.slot(factors).0),
            Op::Apply { kernel, spec, args } => {
                let args = args
                    .iter()
                    .map(|arg| (self.shaped(*arg), program.dims(*arg).to_vec()))
                    .collect();
                Work::Apply { kernel, spec, args }
            }
            Op::EntryProduct(v) => Work::EntryProduct(self.rows(v), program.len_of(v)),
            Op::Input(_) | Op::Transpose(_) | Op::Reshape(_) | Op::Factors(..) => return,
        };
        self.push(id, to, work);
    }

    /// The entries of a value brought to where a step changes them.
    fn moved(&mut self, from: NodeId, id: NodeId, to: Place) {
        let from = self.shaped(from);
        if from.read.rows().is_none_or(|rows| rows.place() != to) {
            self.push(id, to, Work::Copy(from));
        }
    }

    /// The matrix that is its own factor, turned if its transpose is asked for, and whether it is lower triangular then.
    fn triangle(&mut self, factors: NodeId, transposed: bool) -> Option<(Shaped, bool)> {
        let (a, lower) = match *self.program.op(factors) {
            Op::Factors(a, Solver::Lower) => (a, true),
            Op::Factors(a, Solver::Upper) => (a, false),
            _ => return None,
        };
        let a = self.shaped(a);
        let read = if transposed { a.read.transposed() } else { a.read };
        Some((Shaped { read, ..a }, lower != transposed))
    }

    /// The slot of factors, which are made before what uses them, and whether they are those of the transpose.
    fn slot(&mut self, factors: NodeId) -> (usize, bool) {
        if self.slots[factors.index()].is_none() {
            self.step(factors);
        }
        self.slots[factors.index()].unwrap_or_default()
    }

    fn limit(&mut self, id: NodeId) {
        let most = match self.program.node(id).op {
            Op::Kron(..) | Op::KhatriRao(..) => MAX_KRON,
            _ => MAX_COEFFICIENTS,
        };
        if self.program.len_of(id) > most && self.refused.is_none() {
            let at = self.program.node(id).at;
            let cause = ExecError::TooLarge { size: size_text(self.program.dims(id)) };
            self.refused = Some(EvalError::Kernel { at, cause });
        }
    }

    fn copy(&mut self, id: NodeId, to: Place) {
        self.limit(id);
        let from = self.shaped(id);
        self.push(id, to, Work::Copy(from));
    }

    /// The columns of the widest right-hand side that factors are used for.
    fn right_hand_width(&self, factors: NodeId) -> usize {
        let users = self.users[factors.index()].iter().flatten();
        users.map(|user| self.program.size(*user).1).max().unwrap_or(1)
    }

    fn column(&mut self, v: NodeId) -> Column<T> {
        match self.program.filled(v) {
            Some(x) => Column::Number(T::from_f64(x)),
            None => Column::Entries(self.rows(v)),
        }
    }

    fn factor(&mut self, a: NodeId) -> KronFactor<T> {
        match *self.program.op(a) {
            Op::Diagonal(v) => KronFactor::Diagonal(self.column(v), self.program.dims(a)[0]),
            _ => KronFactor::Dense(self.shaped(a)),
        }
    }

    fn strips(&mut self, a: NodeId) -> Vec<PlacedStrip<T>> {
        let strips = self.program.strips(a).unwrap_or_default();
        strips
            .into_iter()
            .map(|Strip { row, col, entries }| {
                let len = self.program.len_of(entries);
                PlacedStrip { row, col, len, entries: self.column(entries) }
            })
            .collect()
    }

    fn product(&mut self, a: NodeId, b: NodeId) -> Work<T> {
        if self.program.is_banded(a) {
            let (cols, from) = (self.program.size(b).1, self.rows(b));
            return Work::BandTimes { strips: self.strips(a), from, cols, left: true };
        }
        if self.program.is_banded(b) {
            let (cols, from) = (self.program.size(a).1, self.rows(a));
            return Work::BandTimes { strips: self.strips(b), from, cols, left: false };
        }
        if self.program.size(b).1 == 1 {
            let (m, n) = self.program.size(a);
            let a = self.shaped(a);
            let (m, n) = if a.read.is_turned() { (n, m) } else { (m, n) };
            self.scratch = self.scratch.max(line_product_scratch(m, n));
            return Work::Line { a, x: self.rows(b), both: false };
        }
        Work::Product(self.shaped(a), self.shaped(b))
    }
}
