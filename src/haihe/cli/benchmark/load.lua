-- Sends the requests of a file, each once.
-- The file holds whole HTTP requests with a zero byte after each.
local requests = {}
local sent = 0

init = function(args)
  local file = assert(io.open(args[1], "rb"))
  local all = file:read("*a")
  file:close()
  local from = 1
  while true do
    local to = string.find(all, "\0", from, true)
    if not to then break end
    requests[#requests + 1] = string.sub(all, from, to - 1)
    from = to + 1
  end
end

request = function()
  sent = sent + 1
  return requests[sent]
end
