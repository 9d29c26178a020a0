String log = new File(basedir, "build.log").text

File out = new File(basedir, "target/sdtune")
["weights/pytorch_lora_weights.safetensors", "metrics.json", "training.jsonl", "report.html", "junit/TEST-sdtune.gates.xml"].each {
    assert new File(out, it).size() > 0 : it
}
int pictures = 0
new File(out, "samples").eachFileRecurse { if (it.name.endsWith(".png")) pictures++ }
assert pictures == 8 // two prompts, drawn by the base and by the tuned model, what is nearest to these, and a strip of each

assert log.contains("All 2 gates passed")
assert log =~ /step 12 of 12, loss \d\.\d{4}, learning rate 1\.00e-02, .* pictures\/s/
assert log =~ /validation after step 12(, the best so far)?: .*validation\.loss .*classification\.accuracy/
assert !log.contains("\tat ")

// The same weights under two more seeds, which are trained no more.
assert log.contains("seed 3 of 3")
assert log.findAll("fine-tune: runs because").size() == 1
assert log =~ /validation\.loss +\d\.\d+ +\d\.\d+ +\d\.\d+/
assert log.contains("proposed: 3 standard deviations of one model under 3 seeds of the evaluation")

File installed = new File(localRepositoryPath, "io/github/sdtune/it/pass/1.0")
["lora.safetensors", "metrics.json", "report.html", "samples.zip"].each {
    assert new File(installed, "pass-1.0-" + it).exists() : it
}
return true
