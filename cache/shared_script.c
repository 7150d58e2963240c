#include "cache/shared_script.h"

ent_redis_script ent_shared_stamp_script = {
    .text = "local values = {}\n"
            "for i, key in ipairs(KEYS) do\n"
            "  values[i] = redis.call('GET', key)\n"
            "  if not values[i] then\n"
            "    values[i] = 'V' .. ARGV[1]\n"
            "    redis.call('SET', key, values[i])\n"
            "  end\n"
            "end\n"
            "return values\n",
};

ent_redis_script ent_shared_lease_script = {
    .text = "local answers = {}\n"
            "for i, key in ipairs(KEYS) do\n"
            "  local value = redis.call('GET', key)\n"
            "  local kind = value and string.sub(value, 1, 1)\n"
            "  if kind == 'V' and string.sub(value, 2, 25) == ARGV[2] then\n"
            "    answers[i] = value\n"
            "  elseif kind == 'L' or kind == 'T' then\n"
            "    answers[i] = kind\n"
            "  else\n"
            "    redis.call('SET', key, 'L' .. ARGV[1], 'PX', ARGV[3])\n"
            "    answers[i] = ''\n"
            "  end\n"
            "end\n"
            "return answers\n",
};

ent_redis_script ent_shared_fill_script = {
    .text = "local lease = 'L' .. ARGV[1]\n"
            "local stored = {}\n"
            "for i, key in ipairs(KEYS) do\n"
            "  stored[i] = 0\n"
            "  if redis.call('GET', key) == lease then\n"
            "    local value = ARGV[2 * i + 1]\n"
            "    if value == '' then\n"
            "      redis.call('DEL', key)\n"
            "    else\n"
            "      redis.call('SET', key, value, 'PX', ARGV[2 * i])\n"
            "      stored[i] = 1\n"
            "    end\n"
            "  end\n"
            "end\n"
            "return stored\n",
};

/* What both of the others do with the writers there are: those of other
 * transactions whose time has not passed are kept. */
#define ENT_HOLDERS                                                            \
  "local time = redis.call('TIME')\n"                                          \
  "local now = time[1] * 1000 + math.floor(time[2] / 1000)\n"                  \
  "local function others(value)\n"                                             \
  "  local kept, last = {}, 0\n"                                               \
  "  if value and string.sub(value, 1, 1) == 'T' then\n"                       \
  "    for at = 2, #value, 30 do\n"                                            \
  "      local deadline = tonumber(string.sub(value, at + 16, at + 29))\n"     \
  "      if string.sub(value, at, at + 15) ~= ARGV[1] and\n"                   \
  "          deadline > now then\n"                                            \
  "        kept[#kept + 1] = string.sub(value, at, at + 29)\n"                 \
  "        if deadline > last then last = deadline end\n"                      \
  "      end\n"                                                                \
  "    end\n"                                                                  \
  "  end\n"                                                                    \
  "  return kept, last\n"                                                      \
  "end\n"

ent_redis_script ent_shared_block_script = {
    .text = ENT_HOLDERS
    "local deadline = now + ARGV[2]\n"
    "local mine = ARGV[1] .. string.format('%014.0f', deadline)\n"
    "for i, key in ipairs(KEYS) do\n"
    "  local kept, last = others(redis.call('GET', key))\n"
    "  kept[#kept + 1] = mine\n"
    "  if deadline > last then last = deadline end\n"
    "  redis.call('SET', key, 'T' .. table.concat(kept), 'PX', last - now)\n"
    "end\n"
    "return #KEYS\n",
};

/* A key that is there is heard of as it goes.  Of one that is not, whoever keeps
 * rows of it must hear all the same; telling them takes no memory of the server,
 * which may have none. */
ent_redis_script ent_shared_unblock_script = {
    .text = ENT_HOLDERS
    "local failed\n"
    "for i, key in ipairs(KEYS) do\n"
    "  local kept, last = others(redis.call('GET', key))\n"
    "  local done = 1\n"
    "  if #kept > 0 then\n"
    "    done = redis.pcall('SET', key, 'T' .. table.concat(kept), 'PX',\n"
    "                       last - now)\n"
    "  elseif redis.call('DEL', key) == 0 then\n"
    "    done = redis.pcall('PUBLISH', ARGV[2], key)\n"
    "    if type(done) == 'table' and done.err then\n"
    "      done = redis.pcall('SET', key, 'U')\n"
    "      redis.call('DEL', key)\n"
    "    end\n"
    "  end\n"
    "  if type(done) == 'table' and done.err then failed = done end\n"
    "end\n"
    "return failed or #KEYS\n",
};
