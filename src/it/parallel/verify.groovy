String log = new File(basedir, "build.log").getText("UTF-8")
assert log.count("The gate passed") + log.count("All 2 gates passed") == 3
assert !log.contains("\tat ")

// Equal models, whatever their neighbours did at the same time.
def weights = ["bash", "-c", "cat */target/sdtune/weights/pytorch_lora_weights.safetensors | wc -c; sha256sum */target/sdtune/training.jsonl | cut -d' ' -f1 | sort -u | wc -l"].execute(null, basedir).text.readLines()
assert (weights[0] as long) > 1000
assert weights[1].trim() == "1"
return true
