//! The wish of a reader to stop, by Ctrl-C or by a time limit, and what is cleaned up before the program ends by it.
//!
//! Computations look at [`stop`] and end with what they have; where none does for a while, the program ends without them.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once, OnceLock, PoisonError};
use std::time::Duration;

use beltrami::Stop;
use beltrami::data::clean;
use beltrami::diag::codes;

use crate::report::{FAILED, INTERRUPTED, Report, refusal};

/// Whether a computation shows how far it is, and so looks at [`stop`] often.
static HEARD: AtomicBool = AtomicBool::new(false);
/// Whether Ctrl-C was pressed; the second time it ends the program.
static PRESSED: AtomicBool = AtomicBool::new(false);
/// Whether a program reads the result.
static AS_JSON: AtomicBool = AtomicBool::new(false);
/// What computations look at.
static STOP: OnceLock<Stop> = OnceLock::new();
/// Held by who writes the result.
static TURN: Mutex<()> = Mutex::new(());

/// Time for a computation to end by itself once it is stopped.
const GRACE: Duration = Duration::from_secs(2);
/// The same for one that has results to write.
const LONG_GRACE: Duration = Duration::from_secs(10);

/// Listens from now on, and wishes to stop after this time.
pub fn begin(limit: Option<Duration>, as_json: bool) {
    AS_JSON.store(as_json, Ordering::SeqCst);
    STOP.get_or_init(|| limit.map_or_else(Stop::new, Stop::within));
    listen();
    if let Some(limit) = limit {
        // Where there is no thread, the limit is what computations look at themselves.
        let _ = std::thread::Builder::new().spawn(move || {
            std::thread::sleep(limit.saturating_add(GRACE));
            if HEARD.load(Ordering::SeqCst) {
                std::thread::sleep(LONG_GRACE);
            }
            end();
        });
    }
}

/// What computations look at.
pub fn stop() -> &'static Stop {
    STOP.get_or_init(Stop::new)
}

/// Whether it was wished to stop.
pub fn stopped() -> bool {
    stop().is_wished()
}

/// The exit code of what was stopped.
pub fn code() -> u8 {
    if PRESSED.load(Ordering::SeqCst) { INTERRUPTED } else { FAILED }
}

/// From now on a computation looks often, and Ctrl-C waits for it.
pub fn hear() {
    HEARD.store(true, Ordering::SeqCst);
}

/// The turn to write the result; who has it keeps it to the end of the program.
pub fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends the program without a result; a file that is being made whole and a result that is being written go first.
fn end() {
    let _part = clean();
    let _turn = turn();
    let (what, hint) = match PRESSED.load(Ordering::SeqCst) {
        true => {
            ("the computation was stopped by Ctrl-C", "it had found nothing yet; let it run longer")
        }
        false => ("the computation was stopped by the time limit", "raise `--timeout`"),
    };
    let failure = refusal(&codes::E0801, what, Some(hint.into()));
    let report = Report::failure(&failure, AS_JSON.load(Ordering::SeqCst)).rendered();
    // Nobody is left to be told that it cannot be written.
    let _ = anstream::stdout().write_all(report.out.as_bytes());
    let _ = anstream::stderr().write_all(report.err.as_bytes());
    std::process::exit(i32::from(report.code));
}

/// Wishes to stop; false the second time.
fn wish() -> bool {
    if PRESSED.swap(true, Ordering::SeqCst) {
        return false;
    }
    stop().stop();
    let waiting = std::thread::Builder::new().spawn(|| {
        std::thread::sleep(GRACE);
        if !HEARD.load(Ordering::SeqCst) {
            end();
        }
    });
    waiting.is_ok()
}

/// Signals are met by a thread of their own; where that fails they end the program as ever.
#[cfg(unix)]
fn listen() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else {
            return;
        };
        let _ = std::thread::Builder::new().spawn(move || {
            for signal in signals.forever() {
                if signal == SIGINT && wish() {
                    continue;
                }
                let _part = clean();
                if signal == SIGTERM {
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
                std::process::exit(i32::from(INTERRUPTED));
            }
        });
    });
}

#[cfg(not(unix))]
fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let _ = ctrlc::try_set_handler(|| {
            if !wish() {
                let _part = clean();
                std::process::exit(i32::from(INTERRUPTED));
            }
        });
    });
}
