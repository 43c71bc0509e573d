//! A function of a matrix.

use beltrami::Value;
use beltrami::engine::linalg::Error;
use serde::Serialize;
use serde_json::Value as Json;

use crate::{Answer, array};

/// The value, how far to trust it, and a derivative where one was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Funm {
    /// The function.
    pub function: &'static str,
    /// Rows and columns.
    pub shape: Vec<usize>,
    /// The relative condition number, where there is one.
    pub condition: Option<f64>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition_reason: Option<String>,
    /// How well the value satisfies the equation that defines it.
    pub residual: Option<f64>,
    /// Which root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<usize>,
    /// How it was computed, where there was an iteration.
    #[serde(flatten)]
    pub iteration: Option<Iteration>,
    /// The arrays, or the file that has them.
    #[serde(flatten)]
    results: Results,
    #[serde(skip)]
    value: Value,
    #[serde(skip)]
    derivative: Option<Value>,
}

/// The format of an iteration, and its steps.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Iteration {
    /// The format of its numbers.
    pub format: &'static str,
    /// How many.
    pub steps: usize,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Results {
    File {
        out: String,
    },
    Arrays {
        value: Json,
        #[serde(skip_serializing_if = "Option::is_none")]
        derivative: Option<Json>,
    },
}

impl Funm {
    /// The answer that a function gives.
    pub fn new(
        function: &'static str,
        value: Value,
        derivative: Option<Value>,
        condition: &Result<f64, Error>,
        residual: Option<f64>,
    ) -> Funm {
        Funm {
            function,
            shape: value.axes.clone(),
            condition: condition.as_ref().ok().copied(),
            condition_reason: condition.as_ref().err().map(ToString::to_string),
            residual,
            p: None,
            iteration: None,
            results: Results::Arrays {
                value: array::nested(&value),
                derivative: derivative.as_ref().map(array::nested),
            },
            value,
            derivative,
        }
    }

    /// The same with its arrays in this file.
    pub fn beside(self, out: String) -> Funm {
        Funm { results: Results::File { out }, ..self }
    }

    /// The arrays by name.
    pub fn arrays(&self) -> Vec<(&'static str, &Value)> {
        let derivative = self.derivative.as_ref().map(|value| ("derivative", value));
        [("value", &self.value)].into_iter().chain(derivative).collect()
    }
}

impl Answer for Funm {
    fn text(&self) -> String {
        match (&self.results, &self.derivative) {
            (Results::File { .. }, _) => String::new(),
            (_, None) => array::text(&self.value),
            (_, Some(derivative)) => format!(
                "value:\n{}\nderivative along the direction:\n{}",
                array::text(&self.value),
                array::text(derivative)
            ),
        }
    }

    fn remarks(&self) -> Vec<String> {
        let condition = self.condition.map(|x| format!("relative condition number {x:.3e}"));
        let reason = self.condition_reason.as_ref();
        let reason = reason.map(|reason| format!("no condition number: {reason}"));
        let residual = self.residual.map(|residual| format!("residual {residual:.1e}"));
        let steps = self.iteration.map(|Iteration { steps, .. }| format!("{steps} steps"));
        [condition, reason, residual, steps].into_iter().flatten().collect()
    }
}
