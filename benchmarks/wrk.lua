-- Sends the callbacks of a file one after another; each has its own signature and MsgId.
local requests = {}
local at = 0

function init(args)
  for line in io.lines(args[1]) do
    local tab = line:find("\t", 1, true)
    local path = line:sub(1, tab - 1)
    if args[2] then path = path:gsub("^/wechat/main", args[2]) end
    requests[#requests + 1] = wrk.format("POST", path, { ["Content-Type"] = "text/xml" }, line:sub(tab + 1))
  end
end

function request()
  at = at + 1
  if at > #requests then at = 1 end
  return requests[at]
end

bad = 0
function response(status)
  if status ~= 200 then bad = bad + 1 end
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + (thread:get("bad") or 0) end
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('RESULT {"requests": %d, "seconds": %.6f, "bad": %d, "errors": %d, "p50_ms": %.3f, "p99_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6, wrong, errors, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
