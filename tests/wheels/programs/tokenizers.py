# requires: tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer.train_from_iterator(["the one horn", "the other horn"] * 50, trainers.BpeTrainer(vocab_size=60, special_tokens=["[UNK]"],
                                                                                            show_progress=False))
assert tokenizer.encode("the horn").tokens == ["the", "horn"]
assert len(tokenizer.encode_batch(["the horn"] * 500)) == 500
print("a vocabulary trained, a batch encoded in threads")
