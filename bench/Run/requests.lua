-- Requests from a file, one after the other, for wrk: wrk -s requests.lua URL -- FILE MARK
-- Each line has method, path, token and body, with tabs between them. "@@" in a body stands for a text that was never sent before,
-- so that each write is a change: the mark of this run, the number of the thread, and that of the request.

local requests, position, sent, mark = {}, 0, 0, ""
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(arguments)
    mark = arguments[2]
    for line in io.lines(arguments[1]) do
        local method, path, token, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
        local headers = { Authorization = "Bearer " .. token }
        if body == "" then
            requests[#requests + 1] = wrk.format(method, path, headers)
        else
            headers["Content-Type"] = "application/json"
            local before, after = body:match("^(.-)@@(.*)$")
            requests[#requests + 1] = { method = method, path = path, headers = headers, before = before, after = after }
        end
    end
    -- Threads begin apart, and so do not meet at the same agents.
    position = number * math.floor(#requests / 2)
end

function request()
    position = position % #requests + 1
    sent = sent + 1
    local each = requests[position]
    if type(each) == "string" then return each end
    return wrk.format(each.method, each.path, each.headers, each.before .. mark .. "-" .. number .. "-" .. sent .. each.after)
end
