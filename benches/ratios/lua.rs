//! Is a function faster than the Lua script that it replaces? The same work in both, over the same connection pattern.
//!
//! Compared: `tests/guests/work` by `WASM.CALL`, under fuel and epochs and, in a second server, under epochs alone; and Lua
//! by `EVALSHA`, once in nothing but Lua and, where Redis brings a C library that does the same, once with that. The time is
//! that of a whole command, sockets and arguments included. Left out: other languages, writes.

use anyhow::{Context, Result};
use ferrite_tests::{FerriteServer, RedisServer, functions};

use crate::machine::{self, DRIVER, SERVER};
use crate::pipeline::Pipeline;
use crate::plan::Plan;
use crate::servers;
use crate::table::{Goal, Ratio, Row, Table, Unit};

/// Commands that wait on the server while it runs one, so that it never waits itself.
const BATCH: usize = 8;
/// What is to be done.
struct Work {
    question: &'static str,
    /// The guest's word, and its input behind it.
    arguments: Vec<String>,
    keys: Vec<String>,
    /// The reply of both.
    reply: Vec<u8>,
    script: &'static str,
    /// The ratio that is wanted with both meters, and without fuel.
    goals: [Option<f64>; 2],
    /// Calls of a round.
    calls: u64,
}

pub(crate) fn run(plan: &Plan, table: &mut Table) -> Result<()> {
    println!("\nThe same work in Lua and in a function, microseconds a call:");
    machine::pin(std::process::id(), DRIVER);
    let redis = RedisServer::start()?;
    machine::pin(redis.pid(), SERVER);
    let metered = Functions::start("")?;
    let unmetered = Functions::start("meter_fuel = false\n")?;
    servers::fill(&mut redis.connect()?)?;
    table.group("work in a function (`cargo bench -- lua`)", Ratio::TimesAsGood, "Lua", "Ferrite");
    for work in works() {
        let mut client = redis.connect()?;
        let loaded = String::from_utf8_lossy(&client.command(&["SCRIPT", "LOAD", work.script])?).into_owned();
        let digest = loaded.split("\r\n").nth(1).context("the digest of a script")?.to_owned();
        let mut lua = vec!["EVALSHA".to_owned(), digest, work.keys.len().to_string()];
        lua.extend(work.keys.iter().chain(work.arguments.iter().skip(1)).cloned());
        let mut wasm: Vec<String> = ["WASM.CALL", "work", "KEYS"].map(str::to_owned).to_vec();
        wasm.extend(work.keys.iter().cloned());
        wasm.push("ARGS".to_owned());
        wasm.extend(work.arguments.iter().cloned());
        let open = |address, command: &[String]| {
            let words: Vec<&str> = command.iter().map(String::as_str).collect();
            Pipeline::new(address, &words, &work.reply, BATCH)
        };
        let mut pipelines = [
            open(redis.address(), &lua)?,
            open(metered.server.address(), &wasm)?,
            open(unmetered.server.address(), &wasm)?,
        ];
        let batches = plan.operations(work.calls).div_ceil(BATCH as u64);
        let mut figures = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..plan.rounds() {
            for (pipeline, figures) in pipelines.iter_mut().zip(&mut figures) {
                figures.push(pipeline.time(batches)?.as_nanos() as f64 / (batches * BATCH as u64) as f64);
            }
        }
        let [lua, both, epoch] = figures;
        println!("  {}: Lua {lua:.0?}, fuel and epochs {both:.0?}, epochs {epoch:.0?}", work.question);
        for (meters, ferrite, goal) in [("fuel and epochs", both, work.goals[0]), ("epochs", epoch, work.goals[1])] {
            table.push(Row {
                question: format!("{} ({meters})", work.question),
                unit: Unit::Nanoseconds,
                peer: lua.clone(),
                ferrite,
                goal: goal.map_or(Goal::None, Goal::RatioAtLeast),
            });
        }
    }
    Ok(())
}

/// A server with the function.
struct Functions {
    server: FerriteServer,
    _folder: tempfile::TempDir,
}

impl Functions {
    /// `limits` are lines of `[wasm.limits]`.
    fn start(limits: &str) -> Result<Functions> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("ferrite.toml");
        std::fs::write(&path, format!("[wasm.limits]\n{limits}"))?;
        let server = FerriteServer::start(&["--config", &path.display().to_string()])?;
        machine::pin(server.pid(), SERVER);
        let mut client = server.connect()?;
        servers::fill(&mut client)?;
        functions::load(&mut client, "work", &["FUEL", "1000000000"])?;
        Ok(Functions { server, _folder: folder })
    }
}

fn works() -> Vec<Work> {
    let (json, title) = (document(), guest_work::TITLE.repeat(23));
    let slug = guest_work::slug(title.as_bytes());
    let bulk = |bytes: &[u8]| [format!("${}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let integer = |number: u64| format!(":{number}\r\n").into_bytes();
    let words = |work: &str, input: &str| vec![work.to_owned(), input.to_owned()];
    let hundred: Vec<String> = (0..100).map(|number| format!("key:{number:012}")).collect();
    let work = |question, arguments, reply, script, goals, calls| Work {
        question,
        arguments,
        keys: Vec::new(),
        reply,
        script,
        goals,
        calls,
    };
    vec![
        work(
            "a field of 2 KB of JSON, Lua alone",
            words("city", &json),
            bulk(b"Port Louis"),
            LUA_JSON,
            [Some(10.0), Some(10.0)],
            4_000,
        ),
        work(
            "the same, Lua with cjson (C)",
            words("city", &json),
            bulk(b"Port Louis"),
            "return cjson.decode(ARGV[1]).user.address.city",
            [None, None],
            20_000,
        ),
        work(
            "a title of 2 KB as a slug, Lua alone",
            words("slug", &title),
            bulk(&slug),
            LUA_SLUG,
            [Some(15.0), Some(15.0)],
            4_000,
        ),
        work(
            "the same, Lua with string.gsub (C)",
            words("slug", &title),
            bulk(&slug),
            "local s = string.gsub(string.lower(ARGV[1]), '[^a-z0-9]+', '-') s = string.gsub(s, '^-', '') s = string.gsub(s, \
             '-$', '') return s",
            [None, None],
            8_000,
        ),
        work(
            "a product of matrices of 48 by 48",
            words("matrix", "48"),
            integer(guest_work::matrix(48)),
            LUA_MATRIX,
            [Some(25.0), Some(40.0)],
            400,
        ),
        work(
            "the Mandelbrot set, 32 by 32 points: each step waits for the one before",
            words("mandelbrot", "32"),
            integer(guest_work::mandelbrot(32)),
            LUA_MANDELBROT,
            [None, None],
            400,
        ),
        work(
            "100,000 steps of Lehmer's generator: a division each, which waits for the one before",
            words("numbers", "100000"),
            integer(guest_work::numbers(100_000)),
            "local x = 1 for i = 1, tonumber(ARGV[1]) do x = (x * 16807) % 2147483647 end return x",
            [None, None],
            400,
        ),
        work(
            "100 keys named by the function, `redis.call('GET')` each, `get_many`",
            words("range", "100"),
            integer(300),
            LUA_RANGE,
            [Some(4.0), None],
            8_000,
        ),
        work(
            "100 keys named by the function, one by one in both",
            words("range-each", "100"),
            integer(300),
            LUA_RANGE,
            [Some(1.1), None],
            8_000,
        ),
        Work {
            question: "100 keys declared by the caller, `redis.call('GET')` each, `get_many`",
            arguments: vec!["keys".to_owned()],
            keys: hundred.clone(),
            reply: integer(300),
            script: LUA_KEYS,
            goals: [None, None],
            calls: 8_000,
        },
        Work {
            question: "100 keys declared by the caller, MGET (C), `get_many`",
            arguments: vec!["keys".to_owned()],
            keys: hundred.clone(),
            reply: integer(300),
            script: "local n = 0 for _, v in ipairs(redis.call('MGET', unpack(KEYS))) do n = n + #v end return n",
            goals: [None, None],
            calls: 8_000,
        },
        Work {
            question: "100 keys declared by the caller, one by one in both",
            arguments: vec!["each-key".to_owned()],
            keys: hundred,
            reply: integer(300),
            script: LUA_KEYS,
            goals: [None, None],
            calls: 8_000,
        },
    ]
}

/// 2 KB, the field that is wanted near the end.
fn document() -> String {
    let items: Vec<String> = (0..24)
        .map(|number| {
            format!(r#"{{"id":{number},"name":"item {number}","price":{number}.5,"tags":["a","b\n"],"sold":true}}"#)
        })
        .collect();
    format!(
        r#"{{"items":[{}],"user":{{"name":"Ada","address":{{"street":"1 Main St","city":"Port Louis"}}}},"note":null}}"#,
        items.join(",")
    )
}

const LUA_KEYS: &str = "local n = 0 for i = 1, #KEYS do n = n + #redis.call('GET', KEYS[i]) end return n";

const LUA_RANGE: &str = "local n = 0 for i = 0, ARGV[1] - 1 do n = n + #redis.call('GET', string.format('key:%012d', i)) end \
                         return n";

const LUA_MATRIX: &str = "
local size = tonumber(ARGV[1])
local function fill(a, b, c)
  local rows = {}
  for i = 0, size - 1 do
    local row = {}
    for j = 0, size - 1 do row[j + 1] = (i * a + j * b) % c end
    rows[i + 1] = row
  end
  return rows
end
local left, right, total = fill(3, 1, 7), fill(1, 5, 11), 0
for i = 1, size do
  local row, out = left[i], {}
  for j = 1, size do out[j] = 0 end
  for k = 1, size do
    local factor, other = row[k], right[k]
    for j = 1, size do out[j] = out[j] + factor * other[j] end
  end
  for j = 1, size do total = total + out[j] end
end
return total";

const LUA_MANDELBROT: &str = "
local size, total = tonumber(ARGV[1]), 0
for row = 0, size - 1 do
  for column = 0, size - 1 do
    local a, b = 3 * column / size - 2, 2 * row / size - 1
    local x, y, steps = 0, 0, 0
    while steps < 100 and x * x + y * y <= 4 do
      x, y = x * x - y * y + a, 2 * x * y + b
      steps = steps + 1
    end
    total = total + steps
  end
end
return total";

const LUA_SLUG: &str = "
local s, out, n, gap = ARGV[1], {}, 0, false
for i = 1, #s do
  local b = string.byte(s, i)
  if b >= 65 and b <= 90 then b = b + 32 end
  if (b >= 97 and b <= 122) or (b >= 48 and b <= 57) then
    if gap and n > 0 then n = n + 1 out[n] = '-' end
    gap = false
    n = n + 1
    out[n] = string.char(b)
  else gap = true end
end
return table.concat(out)";

/// A parser as people write it who have no library: by position, with a table for each object.
const LUA_JSON: &str = r#"
local s, p = ARGV[1], 1
local value
local function blank() p = string.find(s, '[^ \t\r\n]', p) or #s + 1 end
local function text()
  local parts, from = {}, p + 1
  p = from
  while true do
    local b = string.byte(s, p)
    if b == 34 then
      parts[#parts + 1] = string.sub(s, from, p - 1)
      p = p + 1
      return table.concat(parts)
    elseif b == 92 then
      parts[#parts + 1] = string.sub(s, from, p - 1)
      local c = string.sub(s, p + 1, p + 1)
      parts[#parts + 1] = (c == 'n' and '\n') or (c == 't' and '\t') or c
      p = p + 2
      from = p
    else p = p + 1 end
  end
end
value = function()
  blank()
  local b = string.byte(s, p)
  if b == 123 then
    local object = {}
    p = p + 1
    blank()
    if string.byte(s, p) == 125 then p = p + 1 return object end
    while true do
      blank()
      local key = text()
      blank()
      p = p + 1
      object[key] = value()
      blank()
      local c = string.byte(s, p)
      p = p + 1
      if c == 125 then return object end
    end
  elseif b == 91 then
    local array = {}
    p = p + 1
    blank()
    if string.byte(s, p) == 93 then p = p + 1 return array end
    while true do
      array[#array + 1] = value()
      blank()
      local c = string.byte(s, p)
      p = p + 1
      if c == 93 then return array end
    end
  elseif b == 34 then return text()
  elseif b == 116 then p = p + 4 return true
  elseif b == 102 then p = p + 5 return false
  elseif b == 110 then p = p + 4 return nil
  else
    local from, to = string.find(s, '^[-+0-9.eE]+', p)
    p = to + 1
    return tonumber(string.sub(s, from, to))
  end
end
return value().user.address.city"#;
