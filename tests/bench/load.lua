-- wrk script: sends the lines of REQ_FILE round robin, a path as a GET and all else as the body of a GraphQL request.
-- Sixteen zeros in a body become a number that no other request has.
local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Prefer"] = "count=none" }
local requests, n, i, count, began = {}, 0, 0, 0, os.time()

function init(args)
  for line in io.lines(os.getenv("REQ_FILE")) do
    n = n + 1
    local is_path = line:sub(1, 1) == "/"
    requests[n] = is_path and wrk.format("GET", line, headers) or wrk.format("POST", "/graphql", headers, line)
  end
end

function request()
  i, count = i % n + 1, count + 1
  return (requests[i]:gsub(string.rep("0", 16), string.format("%010d%06d", began, count % 1000000), 1000))
end

local all = {}
function setup(thread) all[#all + 1] = thread end
failed = 0
function response(status, _, body)
  if status >= 400 or body:find('"errors":[', 1, true) then failed = failed + 1 end
end

function done(summary, latency, _)
  local bad = 0
  for _, thread in ipairs(all) do bad = bad + thread:get("failed") end
  io.write(string.format('RESULT {"requests":%d,"seconds":%f,"failed":%d,"p50":%f,"p99":%f}\n',
    summary.requests, summary.duration / 1e6, bad, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
