//! A minimum.

use std::collections::BTreeMap;

use beltrami::diag::Diagnostic;
use beltrami::engine::solve::minimize::{self, Iterate};
use beltrami::{Value, data};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::{Answer, array, assumed};

/// The minimum, or how far the search came and why it ended.
#[derive(Clone, Debug, Serialize)]
pub struct Minimum {
    /// Why it ended, a word.
    pub status: &'static str,
    /// The same in words.
    pub reason: String,
    /// The method.
    pub method: &'static str,
    /// Why it was chosen.
    pub why: String,
    /// The objective at the end.
    pub f: f64,
    /// The unknowns at the end, nested lists by name.
    pub x: BTreeMap<String, Json>,
    /// The largest entry of the gradient.
    pub gradient_norm: f64,
    /// What was compared with what.
    pub measures: Vec<Measure>,
    /// Negative, vanishing and positive eigenvalues of the Hessian, where they are known.
    pub inertia: Option<[usize; 3]>,
    /// Steps.
    pub iterations: usize,
    /// What was evaluated.
    pub evals: Evaluations,
    /// Hessians that had to be shifted.
    pub repaired: usize,
    /// The largest relative difference between derivatives and jets.
    pub checked: f64,
    /// What was assumed about names.
    pub assumed: Vec<String>,
    /// The time that it took.
    pub seconds: f64,
    /// Reservations, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The unknowns in their order.
    #[serde(skip)]
    pub unknowns: Vec<(String, Value)>,
}

/// A measure beside its tolerance.
#[derive(Clone, Debug, Serialize)]
pub struct Measure {
    /// What is measured.
    pub name: &'static str,
    /// How large it is.
    pub value: f64,
    /// How large it may be.
    pub tolerance: f64,
    /// Whether it is.
    pub met: bool,
}

/// How often what was evaluated.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Evaluations {
    /// Values.
    pub f: usize,
    /// Gradients.
    pub g: usize,
    /// Hessians.
    #[serde(rename = "H")]
    pub hessians: usize,
    /// Products with Hessians.
    #[serde(rename = "Hv")]
    pub products: usize,
}

impl Minimum {
    /// The answer that a search gives which took so long.
    pub fn new(found: &beltrami::minimize::Minimum, seconds: f64) -> Minimum {
        let outcome = &found.outcome;
        let counts = &outcome.counts;
        Minimum {
            status: outcome.status.name(),
            reason: outcome.reason.clone(),
            method: found.method.name(),
            why: found.why.clone(),
            f: outcome.value,
            x: found
                .unknowns
                .iter()
                .map(|(name, value)| (name.clone(), array::nested(value)))
                .collect(),
            gradient_norm: outcome.gradient_norm(),
            measures: outcome.measures.iter().map(measure).collect(),
            inertia: outcome.inertia,
            iterations: outcome.iterations,
            evals: Evaluations {
                f: counts.values,
                g: counts.gradients,
                hessians: counts.hessians,
                products: counts.products,
            },
            repaired: outcome.repaired,
            checked: found.checked,
            assumed: found.assumed.clone(),
            seconds,
            warnings: found
                .warnings
                .iter()
                .map(|Diagnostic { message, .. }| message.clone())
                .collect(),
            unknowns: found.unknowns.clone(),
        }
    }
}

fn measure(of: &minimize::Measure) -> Measure {
    Measure { name: of.name, value: of.value, tolerance: of.tolerance, met: of.met() }
}

impl Answer for Minimum {
    fn text(&self) -> String {
        let mut out = format!("{}: {}\nf = {}\n", self.status, self.reason, data::shortest(self.f));
        for (name, value) in &self.unknowns {
            let entries = array::text(value);
            if value.axes.is_empty() {
                out.push_str(&format!("{name} = {}\n", entries.trim_end()));
            } else {
                out.push_str(&format!("{name} ({})\n{entries}", array::shape(value)));
                if !out.ends_with('\n') {
                    out.push('\n');
                }
            }
        }
        out.push_str("measures\n");
        for measure in &self.measures {
            let sign = if measure.met { "≤" } else { "≰" };
            out.push_str(&format!(
                "  {:<12} {} {sign} {:.0e}\n",
                measure.name,
                if measure.value == 0.0 { "0".into() } else { format!("{:.1e}", measure.value) },
                measure.tolerance
            ));
        }
        if let Some([negative, zero, positive]) = self.inertia {
            let formed = self.measures.iter().all(|measure| measure.name != "excess");
            let how = if formed { "" } else { ", by its form" };
            out.push_str(&format!(
                "Hessian: {negative} negative, {zero} zero, {positive} positive eigenvalues{how}\n"
            ));
        }
        out.push_str(&format!("method: {}, {}\n", self.method, self.why));
        if self.repaired > 0 {
            out.push_str(&format!(
                "repaired: {} of the Hessians were not positive definite and were shifted\n",
                self.repaired
            ));
        }
        let Evaluations { f, g, hessians, products } = self.evals;
        out.push_str(&format!(
            "work: {} iterations, {f} values, {g} gradients, {hessians} Hessians, {products} products\n",
            self.iterations
        ));
        out
    }

    fn remarks(&self) -> Vec<String> {
        assumed(&self.assumed).into_iter().collect()
    }
}

/// The iterates as a list for a program.
pub fn trace_json(trace: &[Iterate]) -> String {
    let row = |i: &Iterate| {
        json!({
            "iteration": i.iteration,
            "f": i.value,
            "gradient_norm": i.gradient_norm,
            "step": i.step,
            "kind": i.kind.name(),
            "length": i.length,
        })
    };
    format!("{}\n", Json::Array(trace.iter().map(row).collect()))
}

/// The iterates as a table.
pub fn trace_csv(trace: &[Iterate]) -> String {
    let mut out = String::from("iteration,f,gradient_norm,step,kind,length\n");
    for i in trace {
        out.push_str(&format!(
            "{},{:e},{:e},{:e},{},{:e}\n",
            i.iteration,
            i.value,
            i.gradient_norm,
            i.step,
            i.kind.name(),
            i.length
        ));
    }
    out
}
