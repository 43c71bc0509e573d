//! From entry-wise nodes that are computed together to one loop: its program, and how it reads its operands.

use crate::plan::emit::Emitter;
use crate::plan::entrywise::{Access, Instruction, Loop, REGISTERS, Source};
use crate::plan::memory::Read;
use crate::plan::node::{NodeId, Op, Program};
use crate::plan::real::Real;
use crate::plan::step::Work;

impl<T: Real> Emitter<'_, T> {
    /// The program of a head: its members in order, each in a register until its last use.
    pub(super) fn entrywise(&mut self, head: NodeId) -> Work<T> {
        let program = self.program;
        let (finish, last) = match *program.op(head) {
            Op::Reduce(f, a) => (Some(f), a),
            _ => (None, head),
        };
        let (rows, cols) = program.size(last);
        let mut operands: Vec<(NodeId, Access)> = Vec::new();
        let mut members: Vec<NodeId> = (0..=last.index())
            .map(|k| program.nth(k))
            .filter(|k| self.head[k.index()] == head && program.op(*k).is_entrywise())
            .collect();
        members.retain(|k| *k <= last);
        let mut code = Vec::new();
        let mut held: Vec<Option<NodeId>> = vec![None; REGISTERS];
        let mut result = Source::Constant(T::ZERO);
        for (step, id) in members.iter().enumerate() {
            let mut source = |a: NodeId| -> Source<T> {
                if let Some(r) = held.iter().position(|held| *held == Some(a)) {
                    return Source::Register(r);
                }
                if let Some(x) = program.filled(a) {
                    return Source::Constant(T::from_f64(x));
                }
                let (a, access) = self.operand(a, last, head);
                let place = operands.iter().position(|operand| *operand == (a, access));
                Source::Operand(place.unwrap_or_else(|| {
                    operands.push((a, access));
                    operands.len() - 1
                }))
            };
            let sources: Vec<Source<T>> =
                program.op(*id).reads().iter().map(|read| source(*read)).collect();
            let free = held.iter().position(Option::is_none).unwrap_or(REGISTERS - 1);
            code.push(match (program.op(*id), &sources[..]) {
                (Op::Unary(f, _), [a]) => Instruction::Unary(*f, *a, free),
                (Op::Binary(f, ..), [a, b]) => Instruction::Binary(*f, *a, *b, free),
                _ => continue,
            });
            held[free] = Some(*id);
            result = Source::Register(free);
            for slot in &mut held {
                let later = |k: NodeId| {
                    let users = &self.users[k.index()];
                    members[step + 1..].iter().any(|user| users.contains(&Some(*user)))
                };
                if slot.is_some_and(|k| !later(k)) {
                    *slot = None;
                }
            }
        }
        if members.is_empty() {
            result = match program.filled(last) {
                Some(x) => Source::Constant(T::from_f64(x)),
                None => {
                    operands.push(self.operand(last, last, head));
                    Source::Operand(0)
                }
            };
        }
        let (mut reads, mut accesses) = (Vec::new(), Vec::new());
        for (id, access) in operands {
            let (read, access) = match (access, self.read(id)) {
                (Access::Same, read @ Read::Columns(_)) => (read, Access::Turned),
                (access, Read::Columns(_)) => (Read::Rows(self.rows(id)), access),
                (access, read) => (read, access),
            };
            reads.push(read);
            accesses.push(access);
        }
        Work::Loop(Loop { rows, cols, access: accesses, code, result, finish }, reads)
    }

    /// What is read for an operand of a loop over the entries of `last`, and how.
    fn operand(&self, id: NodeId, last: NodeId, head: NodeId) -> (NodeId, Access) {
        match self.program.op(id) {
            Op::Shift(x, shift) if id == head || !self.is_stored(id) => {
                (*x, Access::Shifted(*shift))
            }
            _ => {
                let (size, axes) = (self.program.size(last), self.program.dims(last).len());
                (id, access(self.program, id, size, axes))
            }
        }
    }
}

/// How an operand is read by a computation over `rows×cols` entries.
fn access(program: &Program, id: NodeId, (rows, cols): (usize, usize), axes: usize) -> Access {
    let size = program.size(id);
    if size == (rows, cols) {
        Access::Same
    } else if program.len_of(id) == 1 {
        Access::Number
    } else if axes == 2 && size == (rows, 1) {
        Access::Row
    } else {
        Access::Column
    }
}
