//! `beltrami help [OP]`.

use beltrami::diag::{Code, codes};
use beltrami::engine::core::Registry;
use beltrami::{Error, GROUPS, Topic, engine::registry, nearest_topic, topics, topics_named};
use beltrami_report::{Operations, VerbPage};
use clap::{Command, CommandFactory};

use crate::arguments::Arguments;
use crate::page;
use crate::report::{Report, refusal};
use crate::usage::unshielded;

/// The help of a verb, the manual page of an operation, or the list of both.
pub fn run(name: Option<&str>, as_json: bool) -> Result<Report, Error> {
    let registry = registry();
    let Some(name) = name.map(|name| unshielded(name).trim()) else {
        return Ok(overview(registry, as_json));
    };
    let mut command = Arguments::command();
    command.build();
    if let Some(verb) = command.find_subcommand_mut(name) {
        let help = verb.render_long_help();
        if as_json {
            let (name, page) = (name.to_owned(), help.to_string());
            return Ok(Report::answer(&VerbPage { name, page }, true));
        }
        return Ok(Report::result(help.ansi().to_string()));
    }
    let found = topics_named(registry, name);
    if found.is_empty() {
        return match Code::find(name) {
            Some(_) => crate::explain::run(Some(name), as_json),
            None => Err(unknown(registry, &command, name)),
        };
    }
    if as_json {
        return Ok(Report::answer(&Operations::pages(&found), true));
    }
    Ok(Report::result(found.iter().map(page_of).collect::<Vec<_>>().join("\n")))
}

fn page_of(topic: &Topic) -> String {
    let rules = match topic.rules.len() {
        0 => "no rewrite rules".to_string(),
        1 => "1 rewrite rule".to_string(),
        n => format!("{n} rewrite rules"),
    };
    format!("{}\n\u{1b}[2m{rules}\u{1b}[0m\n", page::rendered(&topic.page))
}

fn overview(registry: &Registry, as_json: bool) -> Report {
    let all = topics(registry);
    if as_json {
        return Report::answer(&Operations::list(&all), true);
    }
    let mut out = Arguments::command().render_help().ansi().to_string();
    out.push_str("\n\u{1b}[1mOperations\u{1b}[0m (`beltrami help tr` shows the page of one)\n");
    let width = all.iter().map(|topic| topic.signature.chars().count()).max().unwrap_or(0);
    for group in GROUPS {
        out.push_str(&format!("\n\u{1b}[1m{group}\u{1b}[0m\n"));
        for topic in all.iter().filter(|topic| topic.group == group) {
            out.push_str(&format!("  {:width$}  {}\n", topic.signature, topic.title));
        }
    }
    Report::result(out)
}

fn unknown(registry: &Registry, command: &Command, name: &str) -> Error {
    let verbs = command.get_subcommands().map(Command::get_name);
    let near = nearest_topic(registry, name).or_else(|| beltrami::diag::nearest(name, verbs));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`beltrami help` lists all operations".into(),
    };
    refusal(&codes::E0301, format!("there is no operation or verb `{name}`"), Some(hint))
}
