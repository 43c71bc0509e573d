//! What a system must hold before it is solved.

use beltrami_diag::{Diagnostic, Error, Label, codes};

use super::Read;
use super::derived::refused;
use super::local::at_point;

impl Read {
    /// Refuses a rate of change that has not as many entries as what changes.
    pub(super) fn fitting(&self) -> Result<(), Error> {
        let size = |name: &str| self.point.sizes.get(name).copied();
        for ((id, place), unknown) in self.equations.iter().zip(&self.places).zip(&self.unknowns) {
            let shape = self.graph.shape(*id);
            let dims = [&shape.rows, &shape.cols].map(|dim| dim.evaluate(&size).unwrap_or(0));
            let found = (dims[0] * dims[1]) as usize;
            if found != unknown.len() {
                let name = &unknown.name;
                let message = format!(
                    "the rate of change of `{name}` has {found} entries, and `{name}` has {}",
                    unknown.len()
                );
                let label = Label::new(self.loaded.source, *place, "this one");
                let error = Diagnostic::error(&codes::E0202, message).at(label);
                let hint = format!("declare what `{name}` is, as in `--let '{name}: vector(2)'`");
                return Err(refused(self, error.hint(hint)));
            }
        }
        Ok(())
    }

    /// Refuses an equation without unknowns, and an unknown in no equation; the only equation of a `field` is no equation.
    pub(super) fn posed(&self, field: bool) -> Result<(), Error> {
        let graph = &self.graph;
        let idle = |id| !self.unknowns.iter().any(|u| graph.depends_on(id, u.id));
        for (id, place) in self.equations.iter().zip(&self.places) {
            if !idle(*id) {
                continue;
            }
            let names: Vec<String> =
                self.unknowns.iter().map(|u| format!("`{}`", u.name)).collect();
            let label = Label::new(self.loaded.source, *place, "this one");
            let at: Vec<f64> = vec![0.0; self.unknowns.iter().map(super::Sought::len).sum()];
            let value = at_point(self, *id, &at).ok();
            let wrong = value.as_ref().and_then(|v| v.data().iter().find(|x| **x != 0.0));
            let (message, hint) = match (&value, wrong) {
                _ if field => (
                    "the field holds none of the unknowns".to_owned(),
                    format!("the unknowns are {}", names.join(", ")),
                ),
                (Some(_), Some(x)) => (
                    format!("an equation holds none of the unknowns: {x} = 0 has no root"),
                    format!("the unknowns are {}", names.join(", ")),
                ),
                (Some(_), None) => (
                    "an equation holds none of the unknowns: it is 0 whatever they are".to_owned(),
                    "leave it out: it says nothing".to_owned(),
                ),
                (None, _) => (
                    "an equation holds none of the unknowns".to_owned(),
                    format!("the unknowns are {}", names.join(", ")),
                ),
            };
            let error = Diagnostic::error(&codes::E0302, message).at(label).hint(hint);
            return Err(refused(self, error));
        }
        for unknown in &self.unknowns {
            if !self.equations.iter().any(|id| graph.depends_on(*id, unknown.id)) {
                let message = format!("the unknown `{}` occurs in no equation", unknown.name);
                let hint = "take it out of `--vars`, or add an equation";
                return Err(refused(self, Diagnostic::error(&codes::E0302, message).hint(hint)));
            }
        }
        Ok(())
    }
}
