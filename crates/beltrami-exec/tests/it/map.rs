//! What the records of scalar functions say, compared with the functions.

use beltrami_core::Map;
use beltrami_core::map::{AtZero, Domain, Parity};
use beltrami_exec::{ExecError, taylor};

fn value(map: Map, x: f64) -> Option<f64> {
    taylor(map, x, 0).ok().map(|series| series[0])
}

#[test]
fn records_say_what_functions_do_at_zero_and_under_a_change_of_sign() {
    for map in Map::ALL {
        let record = map.record();
        assert_eq!(record.keeps_zero, value(map, 0.0) == Some(0.0), "{map}");
        let smooth = !matches!(taylor(map, 0.0, 1), Err(ExecError::NotDifferentiable { .. }));
        let edge = record.domain == Domain::From(0.0);
        assert_eq!(smooth, record.at_zero == AtZero::Smooth && !edge, "{map}");
        let (right, left) = (value(map, 1e-300), value(map, -1e-300));
        let jumps = right.zip(left).is_some_and(|(right, left)| (right - left).abs() > 0.5);
        assert_eq!(jumps, record.at_zero == AtZero::Jump, "{map}");
        let points = [0.3, 0.8];
        let pairs = points.map(|x| value(map, x).zip(value(map, -x)));
        // Rounding of a few operations.
        let holds = |f: fn(f64, f64) -> f64| {
            pairs.iter().all(|pair| pair.is_some_and(|(x, y)| f(x, y).abs() <= 1e-15))
        };
        assert_eq!(record.parity == Some(Parity::Odd), holds(|x, y| x + y), "{map}");
        assert_eq!(record.parity == Some(Parity::Even), holds(|x, y| x - y), "{map}");
    }
}

#[test]
fn records_say_where_functions_exist() {
    for map in Map::ALL {
        let (inside, outside, edge) = match map.record().domain {
            Domain::Everywhere | Domain::OffPolesOfTangent => (vec![-1e9, 0.0, 1e2], vec![], None),
            Domain::Above(lo) => (vec![lo + 1e-9, 1e9], vec![lo, lo - 1e-9], None),
            Domain::From(lo) => (vec![lo, lo + 1e-9, 1e9], vec![lo - 1e-9], Some(lo)),
            Domain::Between(lo, hi) => (vec![lo, hi], vec![lo - 1e-9, hi + 1e-9], Some(hi)),
        };
        for x in inside {
            let value = taylor(map, x, 0);
            assert!(!matches!(value, Err(ExecError::Domain { .. })), "{map} at {x}");
        }
        for x in outside {
            let value = taylor(map, x, 0);
            assert!(matches!(value, Err(ExecError::Domain { .. })), "{map} at {x}");
        }
        if let Some(edge) = edge {
            let slope = taylor(map, edge, 1);
            assert!(matches!(slope, Err(ExecError::NotDifferentiable { .. })), "{map} at {edge}");
        }
    }
}
