-- Numbered figures and tables in each format, and images.

local common = require("common")
local references = require("references")

local M = {}

local bookmark_count = 0

local function scroll(blocks, class, name)
  local result = pandoc.Blocks({ common.raw(common.scroll_tag("div", class, name)) })
  result:extend(blocks)
  result:insert(common.raw("</div>"))
  return result
end

local show_float = {}

function show_float.html(id, target, content, caption)
  local label = common.WORDS[target.kind] .. common.NBSP .. target.number
  local number = '<span class="float-number">' .. label .. ":</span> "
  local words = pandoc.Inlines({ common.raw_inline(number) })
  words:extend(caption)
  local captioned = { common.raw("<figcaption>"), pandoc.Plain(words), common.raw("</figcaption>") }
  local opening = '<figure id="' .. id .. '" class="float float-' .. target.kind .. '">'
  local result = pandoc.Blocks({ common.raw(opening) })
  if target.kind == "tbl" then
    result:extend(captioned)
    result:extend(scroll(content, "table-scroll", label))
  else
    result:extend(scroll(content, "figure-scroll", label))
    result:extend(captioned)
  end
  result:insert(common.raw("</figure>"))
  return result
end

local function bookmarks(names, text)
  local opening, closing = "", ""
  for _, name in ipairs(names) do
    bookmark_count = bookmark_count + 1
    local id = tostring(90000 + bookmark_count)
    opening = opening .. '<w:bookmarkStart w:id="' .. id .. '" w:name="' .. name .. '"/>'
    closing = '<w:bookmarkEnd w:id="' .. id .. '"/>' .. closing
  end
  return opening .. text .. closing
end

function show_float.docx(id, target, content, caption)
  local word = common.WORDS[target.kind]
  local run = '<w:r><w:t xml:space="preserve">' .. word .. common.NBSP .. "</w:t></w:r>"
  local sequence = '<w:fldSimple w:instr=" SEQ ' .. word .. ' \\* ARABIC "><w:r><w:t>'
    .. target.number .. "</w:t></w:r></w:fldSimple>"
  local marked = bookmarks({ id, references.bookmark(target) }, run .. sequence)
  local words = pandoc.Inlines({ common.raw_inline(marked), pandoc.Str(":"), pandoc.Space() })
  words:extend(caption)
  local is_table = target.kind == "tbl"
  local style = is_table and "Table Caption" or "Image Caption"
  local captioned = common.styled(style, { pandoc.Para(words) })
  local result = pandoc.Blocks({})
  if is_table then result:insert(captioned) end
  result:extend(is_table and content or { common.styled("Captioned Figure", content) })
  if not is_table then result:insert(captioned) end
  return result
end

function show_float.typst(id, target, content, caption)
  local call = '#float("' .. target.kind .. '", "' .. target.number .. '", ['
  local opening = pandoc.Inlines({ common.raw_inline(call) })
  opening:extend(caption)
  opening:insert(common.raw_inline("])["))
  local result = pandoc.Blocks({ pandoc.Plain(opening) })
  result:extend(content)
  result:insert(common.raw("] <" .. id .. ">"))
  return result
end

local function float_div(div)
  local content, caption = pandoc.Blocks({}), pandoc.Inlines({})
  for _, block in ipairs(div.content) do
    if block.t == "Div" and block.classes:includes("float-caption") then
      caption = common.as_inlines(block.content)
    else
      content:insert(block)
    end
  end
  local target = references.targets[div.identifier]
  return show_float[common.TARGET](div.identifier, target, content, caption)
end

local function show_figure(figure)
  local target = references.targets[figure.identifier]
  if not target then return nil end
  local caption = common.as_inlines(figure.caption.long)
  return show_float[common.TARGET](figure.identifier, target, figure.content, caption)
end

local function show_table(tbl)
  local id = tbl.identifier
  if not references.targets[id] then
    return common.TARGET == "html" and scroll({ tbl }, "table-scroll", "Table") or tbl
  end
  local caption = common.as_inlines(tbl.caption.long)
  tbl.identifier, tbl.caption = "", pandoc.Caption()
  return show_float[common.TARGET](id, references.targets[id], { tbl }, caption)
end

local function show_div(div)
  if div.classes:includes("float") then return float_div(div), false end
end

-- In HTML an image becomes part of the page here: pandoc would fetch what it embeds.
local function embed(image)
  local mime, contents = pandoc.mediabag.fetch(image.src)
  if not contents then common.fail("the image " .. image.src .. " cannot be read") end
  local alt = common.escape_xml(pandoc.utils.stringify(image.caption))
  local width = image.attributes.width
  local style = width and ' style="width: ' .. common.escape_xml(width) .. '"' or ""
  local data = pandoc.mediabag.make_data_uri(mime, contents)
  return common.raw_inline('<img src="' .. data .. '" alt="' .. alt .. '"' .. style .. ">")
end

local function typst_image(image)
  local alt = ", alt: " .. common.quote_typst(pandoc.utils.stringify(image.caption))
  local width = image.attributes.width and ", width: " .. image.attributes.width or ""
  return common.raw_inline("#box(image(" .. common.quote_typst(image.src) .. alt .. width .. "))")
end

function M.describe(image)
  local alt = image.attributes["fig-alt"]
  image.attributes["fig-alt"] = nil
  if alt then image.caption = { pandoc.Str(alt) } end
  if common.TARGET == "html" then return embed(image) end
  if common.TARGET == "typst" then return typst_image(image) end
  return image
end

-- In HTML a long formula scrolls by itself.
local function scroll_formula(formula)
  if formula.mathtype ~= "DisplayMath" then return nil end
  local opening = common.raw_inline(common.scroll_tag("span", "math-scroll", "Formula"))
  return { opening, formula, common.raw_inline("</span>") }
end

-- In Typst a formula is described by its TeX source.
function M.describe_formula(formula)
  if common.TARGET == "html" then return scroll_formula(formula) end
  if common.TARGET ~= "typst" then return nil end
  local alt = common.quote_typst((formula.text:gsub("%s+", " ")))
  local opening = common.raw_inline("#[#set math.equation(alt: " .. alt .. ");")
  return { opening, formula, common.raw_inline("]") }
end

-- In HTML a long line of code scrolls by itself.
function M.scroll_code(code)
  if common.TARGET ~= "html" then return nil end
  local name = code.classes:includes("cell-output") and "Output" or "Code"
  return pandoc.CodeBlock(code.text, common.scroll_attributes(name, code))
end

-- An image without a description of its own is described by its caption.
function M.describe_by_caption(block)
  if not block.classes:includes("float") then return nil end
  local caption = ""
  for _, inner in ipairs(block.content) do
    if inner.t == "Div" and inner.classes:includes("float-caption") then
      caption = pandoc.utils.stringify(inner)
    end
  end
  return block:walk({ Image = function(image)
    local described = #image.caption > 0 or image.attributes["fig-alt"]
    if not described then image.caption = { pandoc.Str(caption) } end
    return image
  end })
end

function M.check_local(image)
  if image.src:find("^%a+:") or image.src:find("^//") then
    common.fail("the image " .. image.src .. " is not a local file")
  end
end

-- Topdown, and not into a table: one inside a numbered float has its container already.
M.show = {
  traverse = "topdown",
  Div = show_div,
  Table = function(tbl) return show_table(tbl), false end,
  Figure = show_figure,
}

return M
