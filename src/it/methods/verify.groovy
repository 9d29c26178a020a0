def table = new File(basedir, "methods/comparison/target/sdtune/compare/table.md").readLines()
assert table[0].contains("`retention.loss`")
def rows = table.drop(2).collect { it.split(/ *\| */).toList() }
assert rows.size() == 8
rows.each {
    assert it[2] =~ /^[\d,]+ \(\d+\.\d+%\)$/ : it // parameters moved
    assert it[3] ==~ /\d+ s/ : it
    assert it[4].endsWith(" GiB") : it
    assert it[5] =~ /^0\.\d{4} / : it // validation loss
    assert it[6] =~ /^0\.\d{4} / : it // retention loss
    assert new File(basedir, "methods/comparison/target/sdtune/compare/" + (it[-1] =~ /\((.*)\)/)[0][1]).size() > 0
}
def moved = rows.collectEntries { [it[1], it[2].takeWhile { it != " " }.replace(",", "") as long] }
assert moved["LoRA on attention"] < moved["DoRA on attention"]
assert moved["LoRA on attention"] < moved["LoRA on attention and convolutions"]
assert moved["Full fine-tuning"] == moved.values().max()
assert moved["Textual inversion, four vectors"] == 4 * 128
return true
