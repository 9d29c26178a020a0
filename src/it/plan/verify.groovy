import groovy.json.JsonSlurper

String log = new File(basedir, "build.log").text
def plan = new JsonSlurper().parse(new File(basedir, "target/sdtune/plan.json"))

assert log.contains("LoRA of rank 2 to 4 on 34 layers, 4,544 parameters, 0.861 % of the model's")
assert log =~ /unet\.mid_block +4: to_k, to_out\.0, to_q, to_v +2 +512 +1e-4 +0\.01 +0\n/
assert log =~ /text_encoder\.text_model\.encoder +6: q_proj, v_proj +4 +1,536 +1e-5 +0 +10\n/
assert log =~ /in all +4,544 +527,683 +0\.861 %\n/

// The second run: a line for each layer.
assert (log =~ /text_encoder\.text_model\.encoder\.layers\.\d\.self_attn\.[qv]_proj +32x32 +4 +256 /).size() == 6

assert plan.version == 1
assert plan.total.moved == 4544
assert plan.modules.size() == 34
assert plan.modules.sum { it.parameters } == 4544

assert log.contains("<training><rules><rule> 1: <preset>: found cross-atention, did you mean cross-attention?")
assert log.contains("<training><rules><rule> 1: the preset 'b-lora-style' matches nothing in unet")
assert !log.contains("\tat ")

// A worker was started for the last one alone.
assert log.findAll("plan: a few steps, to see what they cost").size() == 1
assert log =~ /fine-tune is expected to take \d+ s and a peak of \d+\.\d MB on cpu/
assert log =~ /<maxMemory>: found an expected peak of \d+\.\d MB, expected at most 1\.0 MB/
def cost = new JsonSlurper().parse(new File(basedir, "target/sdtune/cost-estimate.json"))
assert cost.steps == 12
assert cost.peakMemory > 100_000_000
assert !new File(basedir, "target/sdtune/weights").exists()
return true
